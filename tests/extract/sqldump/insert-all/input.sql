INSERT ALL
 INTO t (a, b) VALUES (1, '一')
 INTO t (b, a) VALUES ('二', 2)
SELECT * FROM dual;
