// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.plan;

import dev.privatellm.machine.cloud.InstanceName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What the cloud objects of one resource are called. Names follow from the resource's UID alone: that is what makes creating them safe to repeat. They
 * never prove ownership; the owner label does.
 */
public record Names(String id) {
    /**
     * What kind of installation this is: one whose records are files. What another kind has made, such as an operator of a cluster, is its own to sweep, whatever else it has in common with ours.
     */
    public static final String RELEASE = "workstation";

    private static final int HEX_DIGITS = 12;
    private static final int BUCKET_HEX_DIGITS = 32;

    /** The names for the resource with this UID. */
    public static Names of(String uid) {
        return new Names("pllm-" + sha256(uid).substring(0, HEX_DIGITS));
    }

    /** The machine's usual name. */
    public InstanceName instance() {
        return new InstanceName(id);
    }

    /** The name of a machine that succeeds one which bears {@link #instance()} and still exists. */
    public InstanceName successor() {
        return new InstanceName(id + "-b");
    }

    /** Whether a machine of this name was made by us; one that was taken over keeps its own. */
    public boolean isOurs(InstanceName name) {
        return name.equals(instance()) || name.equals(successor());
    }

    public String secret() {
        return id + "-bundle";
    }

    public String rule() {
        return id + "-ingress";
    }

    /** Id of the account that the machine acts as. */
    public String account() {
        return id;
    }

    /** What all resources of an installation share is called: network, its subnets, key. */
    public static String shared(String cluster) {
        return "pllm-" + sha256(cluster).substring(0, HEX_DIGITS);
    }

    /**
     * The bucket of an installation in one project. Names of buckets are shared with everybody in the world, hence the longer hash.
     *
     * @param project whatever tells projects apart
     */
    public static String bucket(String cluster, String project) {
        return "pllm-" + sha256(cluster + " " + project).substring(0, BUCKET_HEX_DIGITS);
    }

    /** Network tag of the machine, which the rule targets. */
    public String tag() {
        return id;
    }

    /** DNS name in the server's certificate. */
    public String serverName() {
        return id + ".machine.privatellm.dev";
    }

    /** SHA-256 of a text, in lower-case hex. */
    public static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
