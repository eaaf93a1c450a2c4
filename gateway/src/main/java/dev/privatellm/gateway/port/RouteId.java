// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.gateway.port;

/** The resource behind a route. Its text form is {@code namespace/name}. */
public record RouteId(String namespace, String name) implements Comparable<RouteId> {

    public RouteId {
        if (namespace.isEmpty() || name.isEmpty()) {
            throw new IllegalArgumentException("route: " + namespace + "/" + name + " (expected: namespace and name)");
        }
    }

    @Override
    public int compareTo(RouteId other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
