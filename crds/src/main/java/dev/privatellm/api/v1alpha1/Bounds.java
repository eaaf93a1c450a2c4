// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/** Every default and every bound of the kind, in one place; documents are checked and described by these. */
public final class Bounds {
    public static final int MAX_NAME_LENGTH = 50;
    public static final int MAX_OFFERS = 20;
    public static final int MAX_EXTRA_MODELS = 16;
    public static final int MAX_ALIASES = 16;
    public static final int MAX_SOURCES = 16;

    public static final long DEFAULT_ZONE_PATIENCE_SECONDS = 120;
    public static final long MAX_ZONE_PATIENCE_SECONDS = 3_600;
    public static final int MIN_DISK_GB = 10;
    public static final int MAX_DISK_GB = 65_536;
    public static final String DEFAULT_IMAGE = "deeplearning-platform-release/common-cu128-ubuntu-2404-nvidia-570";

    public static final int DEFAULT_CONTEXT_LENGTH = 262_144;
    public static final int MAX_CONTEXT_LENGTH = 16_777_216;
    public static final int DEFAULT_PARALLEL = 1;
    public static final int MAX_PARALLEL = 512;

    /** Shorter would put a machine to sleep between two questions of one conversation; 0 means never. */
    public static final long MIN_IDLE_SECONDS = 60;

    public static final long DEFAULT_IDLE_SECONDS = 300;
    public static final long MAX_SECONDS = 31_536_000;
    public static final long DEFAULT_MAX_UPTIME_SECONDS = 86_400;

    /** What a run has for serving at least, beside the longest boot and its drain. */
    public static final long MIN_SERVING_SECONDS = 60;

    public static final long DEFAULT_START_DEADLINE_SECONDS = 900;
    public static final long MIN_START_DEADLINE_SECONDS = 60;
    public static final long DEFAULT_FIRST_BOOT_GRACE_SECONDS = 1_800;
    public static final long DEFAULT_DRAIN_SECONDS = 300;
    public static final long DEFAULT_DEAD_MAN_SECONDS = 900;
    public static final long MIN_DEAD_MAN_SECONDS = 300;

    public static final long MAX_MONTHLY_USD = 1_000_000;
    public static final int MAX_WINDOWS = 16;

    public static final String DEFAULT_SUBNET_CIDR = "10.10.0.0/24";
    public static final int DEFAULT_PORT = 8080;

    private Bounds() {}
}
