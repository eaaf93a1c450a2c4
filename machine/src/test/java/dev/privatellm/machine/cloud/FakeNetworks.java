// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Networks in memory; nothing of them is there before its operation is done, and until then nothing else of that network can be changed. */
public final class FakeNetworks implements NetworkProvider {
    private record Standing<T>(T value, Instant from) {}

    private record SubnetKey(String region, String name) {}

    private final FakeClock clock;
    private final Faults faults;
    private final Predicate<String> isUsed;
    private final FakeOperations operations;
    private final Map<String, Standing<Network>> networks = new LinkedHashMap<>();
    private final Map<SubnetKey, Standing<Subnet>> subnets = new LinkedHashMap<>();
    private final Map<String, Instant> busyUntil = new HashMap<>();
    private Duration pace = Duration.ofSeconds(3);

    /** @param isUsed whether machines or rules need the network of this name */
    FakeNetworks(FakeClock clock, Faults faults, Predicate<String> isUsed) {
        this.clock = clock;
        this.faults = faults;
        this.isUsed = isUsed;
        this.operations = new FakeOperations(clock);
        networks.put("default", new Standing<>(new Network("default", true, Optional.empty()), Instant.EPOCH));
    }

    /** How long a change takes. */
    public void pace(Duration newPace) {
        pace = newPace;
    }

    /** Puts a network there as somebody else would. */
    public void plant(Network network) {
        networks.put(network.name(), new Standing<>(network, clock.instant()));
    }

    /** Puts a subnet there as somebody else would. */
    public void plant(Subnet subnet) {
        subnets.put(key(subnet), new Standing<>(subnet, clock.instant()));
    }

    /** Takes a network and its subnets away as somebody else would. */
    public void remove(String name) {
        networks.remove(name);
        subnets.values().removeIf(standing -> standing.value().network().equals(name));
    }

    /** Networks that somebody made. */
    public List<Network> made() {
        return networks.values().stream()
                .map(Standing::value)
                .filter(network -> !network.name().equals("default"))
                .toList();
    }

    /** Subnets that somebody made. */
    public List<Subnet> madeSubnets() {
        return subnets.values().stream().map(Standing::value).toList();
    }

    /** Whether a machine in this region can be attached. */
    boolean takes(String network, String subnet, String region) {
        Standing<Network> standing = networks.get(network);
        if (!isThere(standing)) {
            return false;
        }
        return subnet.isEmpty()
                ? standing.value().hasAutomaticSubnets()
                : isThere(subnets.get(new SubnetKey(region, subnet)));
    }

    private boolean isThere(Standing<?> standing) {
        return standing != null && !clock.instant().isBefore(standing.from());
    }

    @Override
    public Optional<Network> find(String name) {
        return faults.call(
                "findNetwork",
                () -> Optional.ofNullable(networks.get(name))
                        .filter(this::isThere)
                        .map(Standing::value));
    }

    @Override
    public OperationId insert(Network network, RequestId requestId) {
        return faults.call(
                "insertNetwork",
                () -> operations.once(requestId, () -> {
                    if (networks.containsKey(network.name())) {
                        throw exists(network.name());
                    }
                    return begin(
                            "insertNetwork",
                            network.name(),
                            Optional.empty(),
                            from -> networks.put(network.name(), new Standing<>(network, from)));
                }));
    }

    @Override
    public OperationId delete(String name, RequestId requestId) {
        return faults.call(
                "deleteNetwork",
                () -> operations.once(requestId, () -> {
                    if (!networks.containsKey(name)) {
                        throw missing(name);
                    }
                    requireIdle(name);
                    if (isUsed.test(name)
                            || subnets.values().stream()
                                    .anyMatch(standing ->
                                            standing.value().network().equals(name))) {
                        throw inUse(name);
                    }
                    return begin("deleteNetwork", name, Optional.empty(), _ -> networks.remove(name));
                }));
    }

    @Override
    public List<Subnet> subnets(String network) {
        return faults.call(
                "subnets",
                () -> subnets.values().stream()
                        .filter(this::isThere)
                        .map(Standing::value)
                        .filter(subnet -> subnet.network().equals(network))
                        .toList());
    }

    @Override
    public OperationId insertSubnet(Subnet subnet, RequestId requestId) {
        return faults.call(
                "insertSubnet",
                () -> operations.once(requestId, () -> {
                    if (!networks.containsKey(subnet.network())) {
                        throw missing(subnet.network());
                    }
                    requireIdle(subnet.network());
                    if (subnets.containsKey(key(subnet))) {
                        throw exists(subnet.name());
                    }
                    if (subnets.values().stream()
                            .map(Standing::value)
                            .anyMatch(other ->
                                    other.network().equals(subnet.network()) && overlap(other.cidr(), subnet.cidr()))) {
                        throw new CloudFailure.InvalidRequest("invalid", subnet.cidr() + " overlaps another", null);
                    }
                    return begin(
                            "insertSubnet",
                            subnet.network(),
                            Optional.of(subnet.region()),
                            from -> subnets.put(key(subnet), new Standing<>(subnet, from)));
                }));
    }

    @Override
    public OperationId deleteSubnet(String region, String name, RequestId requestId) {
        return faults.call(
                "deleteSubnet",
                () -> operations.once(requestId, () -> {
                    Standing<Subnet> standing = subnets.get(new SubnetKey(region, name));
                    if (standing == null) {
                        throw missing(name);
                    }
                    String network = standing.value().network();
                    requireIdle(network);
                    if (isUsed.test(network)) {
                        throw inUse(name);
                    }
                    return begin(
                            "deleteSubnet",
                            network,
                            Optional.of(region),
                            _ -> subnets.remove(new SubnetKey(region, name)));
                }));
    }

    private OperationId begin(String call, String network, Optional<String> region, Consumer<Instant> effect) {
        Instant from = clock.instant().plus(pace);
        busyUntil.put(network, from);
        Optional<CloudFailure> failure = faults.operationFailure(call);
        if (failure.isEmpty()) {
            effect.accept(from);
        }
        return operations.begin(Optional.empty(), region, from, failure);
    }

    private void requireIdle(String network) {
        if (clock.instant().isBefore(busyUntil.getOrDefault(network, Instant.EPOCH))) {
            throw new CloudFailure.NotReady("resourceNotReady", network + " is being changed", null);
        }
    }

    private static boolean overlap(String cidr, String other) {
        int bits = Math.max(hostBits(cidr), hostBits(other));
        return address(cidr) >> bits == address(other) >> bits;
    }

    private static int hostBits(String cidr) {
        return 32 - Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
    }

    private static long address(String cidr) {
        return Stream.of(cidr.substring(0, cidr.indexOf('/')).split("\\.", -1))
                .mapToLong(Long::parseLong)
                .reduce(0, (all, octet) -> all << 8 | octet);
    }

    private static SubnetKey key(Subnet subnet) {
        return new SubnetKey(subnet.region(), subnet.name());
    }

    private static CloudFailure exists(String name) {
        return new CloudFailure.AlreadyExists("alreadyExists", name + " exists", null);
    }

    private static CloudFailure missing(String name) {
        return new CloudFailure.NotFound("notFound", name + " is not there", null);
    }

    private static CloudFailure inUse(String name) {
        return new CloudFailure.InUse("resourceInUseByAnotherResource", name + " is in use", null);
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return faults.call("operationOfNetwork", () -> operations.status(id));
    }
}
