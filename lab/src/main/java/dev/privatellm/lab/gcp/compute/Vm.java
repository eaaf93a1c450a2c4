// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.compute;

import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Items;
import com.google.cloud.compute.v1.Metadata;
import dev.privatellm.lab.gcp.Catalog;
import dev.privatellm.lab.gcp.instance.Address;
import dev.privatellm.lab.gcp.instance.GuestMetadata;
import dev.privatellm.lab.gcp.instance.Machine;
import dev.privatellm.lab.gcp.instance.SerialLog;
import dev.privatellm.lab.gcp.record.Bill;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An instance as this cloud keeps it. Guarded by the ground's lock. */
final class Vm {

    /** Attribute that our guest is configured by; its port is the one that machine listens on. */
    private static final String CONFIG = "pllm-config";

    private static final int DEFAULT_PORT = 8080;

    final String project;
    final String zone;
    final String name;
    final long id;
    /** Another one only while it has no power. */
    Catalog.Type type;

    final Instant created;
    /** As it is now. */
    Disk disk;

    final SerialLog serial;
    final GuestMetadata guestMetadata = new GuestMetadata();

    /** What the caller asked for, with labels and metadata as they are now. */
    Instance config;

    String status = "PROVISIONING";

    /** Counts power cycles, so that a step of an earlier one does nothing any more. */
    int run;

    Address internal;

    /** Where its network, or everybody, reaches it while it runs. */
    @Nullable
    Address door;

    /** The one before: an address within a network stays through a stop. */
    @Nullable
    Address lastDoor;

    @Nullable
    Machine machine;

    Bill.@Nullable Run bill;

    @Nullable
    Instant lastStart;

    @Nullable
    Instant lastStop;

    /** Whether the cloud starts it again once it is TERMINATED. */
    boolean startsAgain;

    /** What happens once it is TERMINATED. */
    final List<Runnable> afterStop = new ArrayList<>();

    /** Secrets that its metadata named, and since when. */
    final Map<String, Instant> namedSecrets = new HashMap<>();

    Vm(
            String project,
            String zone,
            long id,
            Catalog.Type type,
            Instant created,
            Disk disk,
            SerialLog serial,
            Instance config,
            Address internal) {
        this.project = project;
        this.zone = zone;
        this.name = config.getName();
        this.id = id;
        this.type = type;
        this.created = created;
        this.disk = disk;
        this.serial = serial;
        this.config = config;
        this.internal = internal;
        metadataChanged(created);
    }

    String path() {
        return Links.in(project, zone, "instances", name);
    }

    /** Link of the network that it is in. */
    String network() {
        return config.getNetworkInterfaces(0).getNetwork();
    }

    /** Whether the cloud may start it again after an event that was not its owner's; unless it is said otherwise, all but spot machines. */
    boolean mayStartAgain() {
        return !isSpot()
                && (!config.getScheduling().hasAutomaticRestart()
                        || config.getScheduling().getAutomaticRestart());
    }

    boolean isSpot() {
        return config.getScheduling().getProvisioningModel().equals("SPOT")
                || config.getScheduling().getPreemptible();
    }

    double pricePerHour() {
        return isSpot() ? type.spotPerHour() : type.onDemandPerHour();
    }

    String serviceAccount() {
        return config.getServiceAccountsCount() == 0
                ? ""
                : config.getServiceAccounts(0).getEmail();
    }

    /** Port of its software. */
    int port() {
        return port(config.getMetadata());
    }

    static int port(Metadata metadata) {
        return config(metadata).path("port").asInt(DEFAULT_PORT);
    }

    /** Tells the machine, and notes which secret it is pointed at. */
    void metadataChanged(Instant now) {
        Map<String, String> attributes = new HashMap<>();
        for (Items item : config.getMetadata().getItemsList()) {
            attributes.put(item.getKey(), item.getValue());
        }
        guestMetadata.attributes(attributes);
        String version = config(config.getMetadata()).path("secretVersion").asString("");
        int end = version.indexOf("/versions/");
        if (end > 0) {
            namedSecrets.putIfAbsent(version.substring(version.lastIndexOf('/', end - 1) + 1, end), now);
        }
    }

    private static JsonNode config(Metadata metadata) {
        String text = metadata.getItemsList().stream()
                .filter(item -> item.getKey().equals(CONFIG))
                .map(Items::getValue)
                .findFirst()
                .orElse("{}");
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException _) {
            return JsonMapper.shared().createObjectNode();
        }
    }

    /** As the API shows it. */
    Instance render() {
        return VmView.of(this);
    }

    boolean hasExternalAddress() {
        return config.getNetworkInterfaces(0).getAccessConfigsCount() > 0;
    }
}
