// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp;

import com.google.protobuf.ByteString;
import dev.privatellm.lab.gcp.compute.ComputeEngine;
import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpHandler;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.instance.Engines;
import dev.privatellm.lab.gcp.project.ProjectSettings;
import dev.privatellm.lab.gcp.project.ProjectTable;
import dev.privatellm.lab.gcp.record.Bill;
import dev.privatellm.lab.gcp.record.FaultRule;
import dev.privatellm.lab.gcp.record.Faults;
import dev.privatellm.lab.gcp.record.Journal;
import dev.privatellm.lab.gcp.record.Outbound;
import dev.privatellm.lab.gcp.rest.ApiError;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The paths under {@code /_lab/}: what the cloud wrote down, and what it is told to do wrong. They take no bearer; only this workstation reaches them. */
record LabApi(
        Journal journal,
        Bill bill,
        Outbound outbound,
        Engines engines,
        Faults faults,
        ComputeEngine compute,
        ProjectTable projects,
        ModelShelf models)
        implements HttpHandler {

    static final String ROOT = "/_lab/";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Which machine. */
    private record MachineName(String project, String zone, String name) {}

    /** Which image of which family. */
    private record ImageName(String project, String family, String name) {}

    @Override
    public HttpReply handle(HttpCall call) {
        try {
            return answer(call);
        } catch (JacksonException e) {
            return HttpReply.text(400, "malformed body: " + e.getOriginalMessage() + "\n");
        } catch (ApiError e) {
            return HttpReply.json(e.code(), e.json());
        }
    }

    private HttpReply answer(HttpCall call) {
        return switch (call.method() + " " + call.path().substring(ROOT.length())) {
            case "GET journal" -> json(journal.calls());
            case "GET billing" -> json(bill.statement());
            case "GET engine" -> json(engines.truth());
            case "GET machines" -> json(compute.machines());
            case "GET outbound" ->
                new HttpReply(
                        200,
                        Map.of(
                                "Content-Type",
                                "application/octet-stream",
                                "X-Lab-Overflow",
                                String.valueOf(outbound.overflowed())),
                        ByteString.copyFrom(outbound.export()));
            case "GET faults" -> json(faults.rules());
            case "POST faults" -> {
                addFaults(call.body().toByteArray());
                yield json(faults.rules());
            }
            case "DELETE faults" -> {
                faults.clear();
                yield json(faults.rules());
            }
            case "POST project" -> {
                ProjectSettings settings = JSON.readValue(call.body().toByteArray(), ProjectSettings.class);
                projects.set(settings);
                yield json(settings);
            }
            case "POST model" -> {
                models.set(JSON.readValue(call.body().toByteArray(), ModelShelf.Setting.class));
                yield json(models.missing());
            }
            case "POST image" -> {
                ImageName image = JSON.readValue(call.body().toByteArray(), ImageName.class);
                compute.publish(image.project(), image.family(), image.name());
                yield json(image);
            }
            case "POST preempt" -> {
                MachineName machine = machine(call.body().toByteArray());
                compute.preempt(machine.project(), machine.zone(), machine.name());
                yield json(Map.of());
            }
            case "POST kill" -> {
                MachineName machine = machine(call.body().toByteArray());
                compute.kill(machine.project(), machine.zone(), machine.name());
                yield json(Map.of());
            }
            case "POST maintain" -> {
                MachineName machine = machine(call.body().toByteArray());
                compute.maintain(machine.project(), machine.zone(), machine.name());
                yield json(Map.of());
            }
            case "POST break" -> {
                MachineName machine = machine(call.body().toByteArray());
                compute.breakHost(machine.project(), machine.zone(), machine.name());
                yield json(Map.of());
            }
            case "POST shutdown" -> {
                MachineName machine = machine(call.body().toByteArray());
                compute.shutDown(machine.project(), machine.zone(), machine.name());
                yield json(Map.of());
            }
            default -> HttpReply.text(404, "no such page of the laboratory\n");
        };
    }

    /** One rule, or a list of them. */
    private void addFaults(byte[] body) {
        var tree = JSON.readTree(body);
        if (tree.isArray()) {
            tree.forEach(rule -> faults.add(JSON.treeToValue(rule, FaultRule.class)));
        } else {
            faults.add(JSON.treeToValue(tree, FaultRule.class));
        }
    }

    /** The machine that a body names; project and zone may be left out while only one machine has the name. */
    private MachineName machine(byte[] body) {
        var tree = JSON.readTree(body);
        String name = tree.path("name").asString("");
        String zone = tree.path("zone").asString("");
        String project = tree.path("project").asString("");
        return compute.machines().stream()
                .filter(row -> row.name().equals(name)
                        && (zone.isEmpty() || row.zone().equals(zone))
                        && (project.isEmpty() || row.project().equals(project)))
                .map(row -> new MachineName(row.project(), row.zone(), row.name()))
                .findFirst()
                .orElseThrow(() -> ApiError.notFound("machine " + name));
    }

    private static HttpReply json(Object value) {
        return HttpReply.json(200, JSON.writeValueAsString(value));
    }
}
