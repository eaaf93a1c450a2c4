// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.io.PrintWriter;
import java.util.List;

/** Lines of text as columns: numbers end in line, words begin in line. The first line is the header. */
final class Columns {
    private Columns() {}

    static void print(List<List<String>> lines, PrintWriter out) {
        for (var line : lines) {
            var text = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                int at = column;
                int width = lines.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                boolean isNumber =
                        lines.stream().skip(1).allMatch(each -> each.get(at).matches("[0-9.]+|" + CostSheet.UNKNOWN));
                text.append(column == 0 ? "" : "  ")
                        .append(String.format(isNumber ? "%" + width + "s" : "%-" + width + "s", line.get(column)));
            }
            out.println(text.toString().stripTrailing());
        }
    }
}
