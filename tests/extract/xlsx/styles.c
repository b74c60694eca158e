/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/styles.h"
#include <criterion/criterion.h>

Test(xlsx_styles, formats) {
    static const struct {
        const char *code;
        enum style style;
    } cases[] = {
        {"General", STYLE_NUMBER},
        {"0.00", STYLE_NUMBER},
        {"#,##0.00_ ", STYLE_NUMBER},
        {"0.00E+00", STYLE_NUMBER},
        {"#,##0.00\"元\"", STYLE_NUMBER},
        {"[Red]0.00", STYLE_NUMBER},
        {"@", STYLE_NUMBER},
        {"0\\d", STYLE_NUMBER},
        {"[$¥-804]#,##0.00", STYLE_NUMBER},
        {"\"day\"0", STYLE_NUMBER},
        {"0;[Red]\"d\"", STYLE_NUMBER},
        {"yyyy-mm-dd", STYLE_DATE},
        {"yyyy\"年\"m\"月\"", STYLE_DATE},
        {"yyyy\"年\"m\"月\"d\"日\";@", STYLE_DATE},
        {"[$-804]yyyy/m/d h:mm", STYLE_DATE},
        {"h:mm AM/PM", STYLE_DATE},
        {"[DBNum1]m\"月\"d\"日\"", STYLE_DATE},
        {"[h]:mm:ss", STYLE_ELAPSED},
        {"[mm]:ss.0", STYLE_ELAPSED},
        {"yyyy [h]", STYLE_DATE},
        {"", STYLE_NUMBER},
        {"\"never closed", STYLE_NUMBER},
        {"[", STYLE_NUMBER},
        {"\\", STYLE_NUMBER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum style style = style_of_format((struct span){cases[i].code, strlen(cases[i].code)});
        cr_expect(style == cases[i].style, "%s: %d", cases[i].code, (int)style);
    }
}

Test(xlsx_styles, builtin) {
    for (uint32_t number = 0; number < 100; number++) {
        bool date = (number >= 14 && number <= 22) || (number >= 27 && number <= 36) || number == 45 ||
                    number == 47 || (number >= 50 && number <= 58);
        enum style want = number == 46 ? STYLE_ELAPSED : date ? STYLE_DATE : STYLE_NUMBER;
        cr_expect(style_of_builtin(number) == want, "%u", number);
    }
}
