// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.controller.link.LinkDocument;

/** Takes what gateways may know of the machine to where they read it. */
public interface LinkSink {

    /**
     * Publishes a link with the client identity and token of its generation, all at once; in force when this returns. Publishing the same again is harmless.
     *
     * @param link generation 0 means that there are no certificates yet
     */
    void publish(LinkDocument link);
}
