// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.privatellm.api.v1alpha1.DocumentReader;
import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.StandingPrices;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the pages say that it costs, against the tables that the program reckons with. */
class DocumentedPricesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| .* \\| (\\d+\\.\\d\\d) \\|$");

    @Test
    @DisplayName("X1 the page names for the sample's machine the prices that are reckoned with")
    void thePageNamesWhatIsReckonedWith() throws IOException {
        var placement = sample().spec().placement();
        var type = placement.machineTypes().getFirst();
        var machine = MachineTypes.find(type).orElseThrow();
        var diskGb = placement.disk().sizeGb().orElseThrow();

        var page = Files.readString(ROOT.resolve("docs/how-to/google-cloud.md"));

        assertThat(page).contains("its disk of %d GB".formatted(diskGb));
        assertThat(ROW.matcher(page).results().map(row -> row.group(1)))
                .containsExactlyElementsOf(List.of(
                        usd(machine.spot().orElseThrow()),
                        usd(machine.standard().orElseThrow()),
                        usd(StandingPrices.disk(type, diskGb).orElseThrow()),
                        usd(StandingPrices.secretVersions(2)),
                        usd(StandingPrices.hsmKeyVersion())));
    }

    @Test
    @DisplayName("X1 the first page names the sample's machine and its prices by the hour")
    void theReadmeNamesTheSamplesPrices() throws IOException {
        var type = sample().spec().placement().machineTypes().getFirst();
        var machine = MachineTypes.find(type).orElseThrow();

        assertThat(Files.readString(ROOT.resolve("README.md")).replaceAll("\\s+", " "))
                .contains("a `%s` with one %s, is reckoned at %s USD an hour as Spot and %s otherwise"
                        .formatted(
                                type,
                                machine.gpu(),
                                usd(machine.spot().orElseThrow()),
                                usd(machine.standard().orElseThrow())));
    }

    private static PrivateLlm sample() throws IOException {
        return DocumentReader.read(Files.readString(ROOT.resolve("docs/samples/privatellm.yaml")));
    }

    private static String usd(BigDecimal price) {
        return price.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }
}
