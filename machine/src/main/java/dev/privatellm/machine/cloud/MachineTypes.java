// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The machine types with GPUs that this version knows: {@code machine-types.json}, one table with one date for prices, GPU memory and disks. Which zones
 * have them is not in it: that the cloud itself says. A type that is not listed may exist all the same; nothing is known of it but what its family takes.
 *
 * <p>Prices are those of us-central1 in the price file of the Karpenter provider for Google Cloud. That some shapes of a3 are sold as spot machines only, and
 * that a4 takes Hyperdisk only, is from <a href="https://cloud.google.com/compute/docs/accelerator-optimized-machines">accelerator-optimized machines</a>.
 */
public final class MachineTypes {
    /** What a family that the table does not name takes. */
    private static final String USUAL_DISK = "pd-ssd";

    private static final MachineTypes TABLE = read();

    private final LocalDate asOf;
    private final Map<String, String> disks = new HashMap<>();
    private final Map<String, MachineType> types = new LinkedHashMap<>();
    private final Map<String, PriceRecipe> recipes = new LinkedHashMap<>();

    private MachineTypes(JsonNode table) {
        asOf = LocalDate.parse(table.path("asOf").asString());
        Map<String, JsonNode> families = new HashMap<>();
        for (JsonNode family : table.path("families")) {
            families.put(family.path("name").asString(), family);
            disks.put(family.path("name").asString(), family.path("disk").asString(USUAL_DISK));
        }
        for (JsonNode type : table.path("types")) {
            String name = type.path("name").asString();
            JsonNode family = families.get(MachineType.family(name));
            if (family == null) {
                throw new IllegalStateException("machine-types.json: no family of " + name);
            }
            int gpus = type.path("gpus").asInt();
            types.put(
                    name,
                    new MachineType(
                            name,
                            family.path("gpu").asString(),
                            gpus,
                            gpus * family.path("gpuGb").asInt(),
                            price(type, "standard"),
                            price(type, "spot"),
                            type.path("spotOnly").asBoolean(false)));
            if (family.has("sku")) {
                recipes.put(
                        name,
                        new PriceRecipe(
                                family.path("sku").path("instance").asString(),
                                family.path("sku").path("gpu").asString(),
                                type.path("cpus").asInt(),
                                type.path("ramGb").asInt(),
                                gpus));
            }
        }
    }

    private static MachineTypes read() {
        try (InputStream table = MachineTypes.class.getResourceAsStream("machine-types.json")) {
            if (table == null) {
                throw new IllegalStateException("machine-types.json is not beside its reader");
            }
            return new MachineTypes(JsonMapper.shared().readTree(table));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<BigDecimal> price(JsonNode type, String name) {
        return type.has(name) ? Optional.of(new BigDecimal(type.path(name).asString())) : Optional.empty();
    }

    /** The day from which the table is: what it says of prices may be older than what the cloud charges. */
    public static LocalDate asOf() {
        return TABLE.asOf;
    }

    /** What is known of a type; empty if it is not listed. */
    public static Optional<MachineType> find(String name) {
        return Optional.ofNullable(TABLE.types.get(name));
    }

    /** All of them, by family and size. */
    public static Collection<MachineType> all() {
        return List.copyOf(TABLE.types.values());
    }

    /** What those types are sold as whose price follows from that; a3 and a4 come with disks whose part in it is not told. */
    static Map<String, PriceRecipe> recipes() {
        return TABLE.recipes;
    }

    /** The kind of boot disk that a type takes, listed or not: by its family. */
    public static String disk(String machineType) {
        return TABLE.disks.getOrDefault(MachineType.family(machineType), USUAL_DISK);
    }

    /** Names that somebody may have meant: those of the same family, or all. */
    public static List<String> nearest(String machineType) {
        List<String> names = new ArrayList<>(TABLE.types.keySet());
        List<String> relatives = names.stream()
                .filter(name -> MachineType.family(name).equals(MachineType.family(machineType)))
                .toList();
        return relatives.isEmpty() ? names : relatives;
    }
}
