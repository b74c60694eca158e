-- MySQL dump 10.13  Distrib 5.7.17
/*!40101 SET NAMES utf8 */;
/* a comment; with 'quotes and INSERT INTO `ac02` VALUES (9); */
DROP TABLE IF EXISTS `ab01`;
CREATE TABLE `ab01` (`aab001` char(6) COMMENT 'it''s; ''a'', name',`v` int, PRIMARY KEY (`aab001`));
INSERT INTO `ab01` VALUES ('x;\'',1),('),(\\',2);
CREATE TABLE IF NOT EXISTS `ac02` (
  `aac001` char(6) NOT NULL,
  `aac003` varchar(50) DEFAULT NULL COMMENT '姓名, (全)',
  `aac004` decimal(8,2) NOT NULL,
  PRIMARY KEY (`aac001`),
  KEY `index2` (`aac003`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
LOCK TABLES `ac02` WRITE;
/*!40000 ALTER TABLE `ac02` DISABLE KEYS */;
INSERT INTO `ac02` VALUES ('1','O\'Neil',10.00),('2',"双""引\"号",-3),('3','tab\tline\nback\\',NULL),
  # a comment '
  ('4','\Z\%',0x31),('5','',STR_TO_DATE('31/12/2019','%d/%m/%Y')),('6','x',(1.50)),('7',_binary 'x',1);
REPLACE INTO ac02 (aac004,aac001) VALUES (7,'8') ON DUPLICATE KEY UPDATE aac004=VALUES(aac004);
/*!40000 ALTER TABLE `ac02` ENABLE KEYS */;
UNLOCK TABLES;
