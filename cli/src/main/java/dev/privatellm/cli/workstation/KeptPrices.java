// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.machine.cloud.MachineTypes;
import dev.privatellm.machine.cloud.Prices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The prices that a state folder keeps between two looks at the cloud's catalogue. Losing them loses nothing: the program's own table stands in.
 *
 * @param triedAt when somebody last looked, with whatever success; empty if nobody ever did
 * @param refusal why the last look brought nothing; empty if it brought prices
 */
public record KeptPrices(Prices prices, Optional<Instant> triedAt, Optional<String> refusal) {
    /** Nobody has ever looked. */
    public static final KeptPrices NONE = new KeptPrices(Prices.TABLE, Optional.empty(), Optional.empty());

    /** Name of their file in a state folder. */
    static final String FILE = "prices.json";

    private static final Logger LOG = LoggerFactory.getLogger(KeptPrices.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Those of a folder, open or not; none if there are none that can be read. */
    public static KeptPrices read(Path stateFolder) {
        try {
            return DurableFile.read(stateFolder.resolve(FILE))
                    .map(content -> JSON.readValue(content, KeptPrices.class))
                    .map(KeptPrices::unlessOlderThanTheTable)
                    .orElse(NONE);
        } catch (IOException | JacksonException unreadable) {
            LOG.warn("the prices kept in {} cannot be read, which is as if there were none", stateFolder);
            return NONE;
        }
    }

    private KeptPrices unlessOlderThanTheTable() {
        boolean isOlder = prices.readAt()
                .filter(at -> at.isBefore(
                        MachineTypes.asOf().atStartOfDay(ZoneOffset.UTC).toInstant()))
                .isPresent();
        return isOlder ? new KeptPrices(Prices.TABLE, triedAt, refusal) : this;
    }

    void write(Path stateFolder) throws IOException {
        DurableFile.write(stateFolder.resolve(FILE), JSON.writeValueAsBytes(this));
    }
}
