// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.workstation;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.controller.status.ResourceStatus.ExternalStatus;
import dev.privatellm.controller.status.ResourceStatus.StandingStatus;
import dev.privatellm.machine.plan.PlanState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What stands of a resource by its record, for whoever asks while nobody runs. Reads only. */
public final class OnRecord {
    private static final JsonMapper JSON = JsonMapper.shared();

    private OnRecord() {}

    /**
     * The machine, what it stands on and what that costs, as {@code status} tells them of a workstation that runs; empty if nothing is on record.
     *
     * @throws WorkstationFailure if the record cannot be read
     */
    public static Optional<JsonNode> status(Path stateFolder, PrivateLlm document) {
        Path home = StateFolder.resource(
                stateFolder,
                document.metadata().namespace(),
                document.metadata().name());
        try {
            return ResourceFolders.record(home).map(OnRecord::json);
        } catch (IOException e) {
            throw new WorkstationFailure(
                    Reason.STATE_UNWRITABLE,
                    "the state folder %s cannot be read: %s".formatted(stateFolder, e.getMessage()),
                    e);
        }
    }

    private static JsonNode json(PlanState record) {
        Map<String, Object> json = new HashMap<>();
        record.machine()
                .ifPresent(machine -> json.put(
                        "machine",
                        Map.of(
                                "name", machine.id().name().value(),
                                "zone", machine.id().zone().name())));
        json.put(
                "external",
                record.parts().stream()
                        .map(part -> new ExternalStatus(
                                part.id().kind().name(), part.id().name()))
                        .toList());
        json.put(
                "standing",
                record.holdings().stream()
                        .filter(held -> held.until().isEmpty())
                        .map(held -> new StandingStatus(held.kind().name(), held.name(), held.usdPerMonth()))
                        .toList());
        return JSON.valueToTree(json);
    }
}
