// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.link;

import java.util.SortedSet;

/** Tells from which addresses our connections come, as the outside sees them. */
public interface EgressSource {

    /**
     * Our addresses now, as IP literals; never empty.
     *
     * @throws EgressUnknown if the providers disagree, answer anything but a literal, or do not answer: the firewall then stays as it is
     */
    SortedSet<String> addresses();
}
