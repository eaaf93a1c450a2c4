// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.DeleteFirewallRequest;
import com.google.cloud.compute.v1.Firewall;
import com.google.cloud.compute.v1.FirewallList;
import com.google.cloud.compute.v1.GetFirewallRequest;
import com.google.cloud.compute.v1.InsertFirewallRequest;
import com.google.cloud.compute.v1.ListFirewallsRequest;
import com.google.cloud.compute.v1.Operation;
import com.google.cloud.compute.v1.PatchFirewallRequest;
import com.google.cloud.compute.v1.UpdateFirewallRequest;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Caller;
import dev.privatellm.lab.gcp.rest.RestService;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Firewall rules: seen as soon as they are asked for, in force once the operation is done. Guarded by the ground's lock. */
final class Firewalls {

    private final Ground ground;
    private final Operations operations;
    private final NetworkTable networks;
    private final Map<String, Rule> rules = new TreeMap<>();

    /**
     * A rule of a project.
     *
     * @param seen what reads show
     * @param inForce what is enforced; empty until the insert is done
     */
    private record Rule(String project, Instant created, Firewall seen, Optional<Firewall> inForce) {}

    Firewalls(Ground ground, Operations operations, NetworkTable networks) {
        this.networks = networks;
        this.ground = ground;
        this.operations = operations;
    }

    void bind(RestService service) {
        service.on("Firewalls.Insert", InsertFirewallRequest.getDefaultInstance(), this::insert)
                .on("Firewalls.Get", GetFirewallRequest.getDefaultInstance(), (_, request) -> {
                    synchronized (ground.lock()) {
                        return find(request.getProject(), request.getFirewall()).seen();
                    }
                })
                .on("Firewalls.List", ListFirewallsRequest.getDefaultInstance(), (_, request) -> list(request))
                .on(
                        "Firewalls.Patch",
                        PatchFirewallRequest.getDefaultInstance(),
                        (caller, request) -> change(
                                caller,
                                new Change(
                                        request.getProject(), request.getFirewall(), "patch", request.getRequestId()),
                                old -> FirewallRules.merge(old, request.getFirewallResource())))
                .on(
                        "Firewalls.Update",
                        UpdateFirewallRequest.getDefaultInstance(),
                        (caller, request) -> change(
                                caller,
                                new Change(
                                        request.getProject(), request.getFirewall(), "update", request.getRequestId()),
                                _ -> request.getFirewallResource()))
                .on("Firewalls.Delete", DeleteFirewallRequest.getDefaultInstance(), this::delete);
    }

    /**
     * Whether a peer may open a connection to this port of an instance with these tags.
     *
     * @param network link of the network that the instance is in
     */
    boolean admits(String network, List<String> tags, InetAddress peer, int port) {
        synchronized (ground.lock()) {
            List<Firewall> inForce = rules.values().stream()
                    .flatMap(rule -> rule.inForce().stream())
                    .filter(rule -> rule.getNetwork().equals(network))
                    .toList();
            return FirewallRules.admit(inForce, tags, peer, port);
        }
    }

    /** A rule of a network, by path; empty if it has none. */
    Optional<String> userOf(String network) {
        return rules.entrySet().stream()
                .filter(rule -> rule.getValue().seen().getNetwork().equals(network))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Which rule is to change, and how the request calls it. */
    private record Change(String project, String name, String type, String requestId) {}

    private Rule find(String project, String name) {
        String path = Links.global(project, "firewalls", name);
        return Optional.ofNullable(rules.get(path)).orElseThrow(() -> ApiError.notFound(path));
    }

    private Operation insert(Caller caller, InsertFirewallRequest request) {
        synchronized (ground.lock()) {
            var replay = operations.replay(request.getProject(), "Firewalls.Insert", request.getRequestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            Firewall asked = request.getFirewallResource();
            FirewallRules.check(asked);
            String network = networks.demand("resource.network", request.getProject(), asked.getNetwork());
            if (!network.startsWith(Links.project(request.getProject()) + "/")) {
                // A shared network's rules are made in its own project: https://cloud.google.com/vpc/docs/shared-vpc
                throw ApiError.invalidField(
                        "resource.network", network, "Cross project referencing is not allowed for this resource.");
            }
            String path = Links.global(request.getProject(), "firewalls", asked.getName());
            if (rules.containsKey(path)) {
                throw ApiError.alreadyExists(path);
            }
            networks.checkReady(network);
            Firewall rule = complete(
                    asked,
                    request.getProject(),
                    network,
                    ground.newId(),
                    ground.clock().instant());
            Instant now = ground.clock().instant();
            rules.put(path, new Rule(request.getProject(), now, rule, Optional.empty()));
            Change change = new Change(request.getProject(), asked.getName(), "insert", request.getRequestId());
            return operations.quick(
                    about(caller, change, rule.getId()),
                    () -> rules.put(path, new Rule(request.getProject(), now, rule, Optional.of(rule))),
                    () -> rules.remove(path));
        }
    }

    private Operation change(Caller caller, Change change, UnaryOperator<Firewall> edit) {
        synchronized (ground.lock()) {
            var replay = operations.replay(change.project(), rpc(change.type()), change.requestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            Rule old = find(change.project(), change.name());
            Firewall asked = edit.apply(old.seen());
            Firewall named = asked.hasName()
                    ? asked
                    : asked.toBuilder().setName(change.name()).build();
            FirewallRules.check(named);
            String network = networks.demand("resource.network", change.project(), named.getNetwork());
            Firewall rule =
                    complete(named, change.project(), network, old.seen().getId(), old.created());
            return operations.quick(
                    about(caller, change, rule.getId()),
                    () -> rules.put(path(change), new Rule(change.project(), old.created(), rule, Optional.of(rule))));
        }
    }

    private Operation delete(Caller caller, DeleteFirewallRequest request) {
        Change change = new Change(request.getProject(), request.getFirewall(), "delete", request.getRequestId());
        synchronized (ground.lock()) {
            var replay = operations.replay(change.project(), rpc(change.type()), change.requestId());
            if (replay.isPresent()) {
                return replay.get();
            }
            Rule rule = find(change.project(), change.name());
            return operations.quick(about(caller, change, rule.seen().getId()), () -> rules.remove(path(change)));
        }
    }

    private FirewallList list(ListFirewallsRequest request) {
        List<Firewall> all;
        synchronized (ground.lock()) {
            Instant now = ground.clock().instant();
            all = rules.values().stream()
                    .filter(rule -> rule.project().equals(request.getProject()))
                    .filter(rule -> !rule.created().plus(ground.lags().lists()).isAfter(now))
                    .map(Rule::seen)
                    .toList();
        }
        Page<Firewall> page = Page.of(all, request.getFilter(), request.getMaxResults(), request.getPageToken());
        FirewallList.Builder list =
                FirewallList.newBuilder().setKind("compute#firewallList").addAllItems(page.items());
        return page.nextToken().isEmpty()
                ? list.build()
                : list.setNextPageToken(page.nextToken()).build();
    }

    private static Firewall complete(Firewall asked, String project, String network, long id, Instant created) {
        Firewall.Builder rule = asked.toBuilder()
                .setKind("compute#firewall")
                .setId(id)
                .setCreationTimestamp(Links.time(created))
                .setSelfLink(Links.self(Links.global(project, "firewalls", asked.getName())))
                .setNetwork(Links.self(network))
                .setDirection(asked.getDirection().isEmpty() ? "INGRESS" : asked.getDirection())
                .setPriority(asked.hasPriority() ? asked.getPriority() : 1000)
                .setDisabled(asked.getDisabled());
        if (asked.getSourceRangesCount() == 0
                && asked.getSourceTagsCount() == 0
                && asked.getSourceServiceAccountsCount() == 0) {
            rule.addSourceRanges("0.0.0.0/0");
        }
        return rule.build();
    }

    private static OperationRequest about(Caller caller, Change change, long id) {
        return new OperationRequest(
                change.project(),
                OperationRequest.GLOBAL,
                rpc(change.type()),
                change.type(),
                path(change),
                id,
                caller.email(),
                change.requestId());
    }

    private static String path(Change change) {
        return Links.global(change.project(), "firewalls", change.name());
    }

    private static String rpc(String type) {
        return "Firewalls." + Character.toUpperCase(type.charAt(0)) + type.substring(1);
    }
}
