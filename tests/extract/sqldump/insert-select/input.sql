INSERT INTO t (a, b) VALUES (1, 'x');
INSERT INTO t SELECT 2, 'y' FROM dual;
