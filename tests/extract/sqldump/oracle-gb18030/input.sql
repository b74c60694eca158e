prompt Importing table KC21... it's only a prompt
set feedback off
set define off
REM 导出日期 '2020
create table KC21
(
  akc190 VARCHAR2(20) not null,
  aac003 VARCHAR2(50), -- 姓名; 'x
  akc194 DATE,
  akc264 NUMBER(14,2),
  aae013 VARCHAR2(200),
  constraint PK_KC21 primary key (AKC190)
);
comment on column KC21.aae013 is '备注;说明';
delete from KC21;
insert into KC21 (AKC190, AAC003, AKC194, AKC264, AAE013)
values ('A001', '张朱玕', to_date('02-01-2020', 'dd-mm-yyyy'), 12.50, null);

insert into KC21 (AKC190, AAC003, AKC194, AKC264, AAE013)
values ('A002', '李''四', to_date('31-12-2019 10:20:30', 'dd-mm-yyyy hh24:mi:ss'), -.5, '第一行' || chr(13) || chr(10) || '第二行;');

insert into KC21 (AKC190, AKC264) values ('A003', 1e3);
insert into KC21 (AKC190, AAC003, AKC194, AKC264, AAE013)
values ('A004', '王五', sysdate - 1, round(3.14159, 2), q'[it's]');
insert into KC21 (AKC190, AAC003, AKC194) values ('A005', unistr('\738b\516d'), timestamp '2020-01-01 00:00:00.500');
insert into KC21 (AKC190, AAC003, AKC264, AAE999) values ('A006', '赵', 1, 2);
insert into KC21 (AKC190, AAC003) values ('A007', '赵', 1);
insert into KC21 (AKC190, AAC003) values ('A008', '赵'七');
insert into KC21 (AKC190, AAC003, AKC194) values ('A009', null, to_date('01-5月-20', 'dd-mon-rr'));
commit;
prompt Done.
