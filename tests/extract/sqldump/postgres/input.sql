--
-- PostgreSQL database dump
--
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.fee (id integer NOT NULL, name text, amount numeric(12,2) DEFAULT 0, note text, CONSTRAINT c CHECK ((id > 0)));
COPY public.other (id, name) FROM stdin;
1	INSERT INTO public.fee VALUES (9);
\.


COPY public.fee (id, name, amount, note) FROM stdin;
1	甲	10.50	\N
2	乙\t丙\\	-0.01	line\nbreak
3	丁	1
4	戊	1	\x41
\.


INSERT INTO public.fee VALUES (5, E'it\'s', 2.00, 'plain \n'), (6, 'x'::text, '3'::numeric, NULL::text);
INSERT INTO public.fee (id, amount) VALUES (7, DEFAULT);
SELECT pg_catalog.setval('public.fee_id_seq', 7, true);
