// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads a {@code PrivateLlm} document, the very one that the cluster takes. Unknown fields are refused by name; every offence is reported at once. */
public final class DocumentReader {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final Pattern NAME = Pattern.compile("(?=.{1,%d}$)".formatted(Bounds.MAX_NAME_LENGTH) + LABEL);
    private static final Pattern NAMESPACE = Pattern.compile("(?=.{1,63}$)" + LABEL);
    private static final Pattern SERVICE_ACCOUNT =
            Pattern.compile("default|[a-z0-9][a-z0-9-]{4,62}@[a-z0-9.-]{1,200}[.]gserviceaccount[.]com");
    private static final Pattern PROJECT = Pattern.compile("[a-z][-a-z0-9]{4,28}[a-z0-9]");
    private static final Pattern ZONE = Pattern.compile("[a-z]+(-[a-z]+)+[0-9]+-[a-z]");
    private static final Pattern MACHINE_TYPE = Pattern.compile("[a-z][0-9][a-z]*-[a-z]+-[0-9]+g?");
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}");
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:-]{0,254}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}");
    private static final Pattern VPC = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SINGLE_ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}/32|[0-9a-fA-F:]+/128");
    private static final Pattern CIDR = Pattern.compile(
            "(10|172|192)\\.(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])\\.(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])\\.0/(1[6-9]|2[0-4])");
    private static final Pattern HTTPS =
            Pattern.compile("(?=.{1,1000}$)https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%+-]+)+");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final String A_CIDR = "a private IPv4 range from /16 to /24, such as 10.10.0.0/24";
    private static final Pattern EXACT_VERSION = Pattern.compile(Pattern.quote(PrivateLlm.API_VERSION));
    private static final Pattern EXACT_KIND = Pattern.compile(PrivateLlm.KIND);
    private static final Pattern YES_OR_NO = Pattern.compile("true|false");
    private static final String A_MODEL = "a model name such as llama3.2:3b";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private DocumentReader() {}

    /**
     * @param yaml one YAML (or JSON) document
     * @throws InvalidDocument with every offence, if there is any
     */
    public static PrivateLlm read(String yaml) {
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (JacksonException malformed) {
            var at = malformed.getLocation();
            var where = at == null ? "document" : "line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
            throw new InvalidDocument(List.of(new Offence(where, malformed.getOriginalMessage(), "well-formed YAML")));
        }
        var offences = new ArrayList<Offence>();
        var document = document(new Fields("", tree, offences));
        if (!offences.isEmpty()) {
            throw new InvalidDocument(offences);
        }
        return document;
    }

    private static PrivateLlm document(Fields fields) {
        fields.text("apiVersion", EXACT_VERSION, PrivateLlm.API_VERSION);
        fields.text("kind", EXACT_KIND, PrivateLlm.KIND);
        var about = fields.object("metadata");
        var metadata = metadata(about);
        var annotations = annotations(about.object("annotations"));
        about.end();
        var spec = fields.object("spec");
        var provider = provider(spec.object("provider"));
        var placement = placement(spec.object("placement"));
        var model = model(spec.object("model"));
        var power = power(spec.object("power"));
        var network = network(spec.object("network"));
        var security = security(spec.object("security"));
        var software = new Software(archive(spec.object("guest")), archive(spec.object("engine")));
        var adopt = adopt(spec.object("adopt"), network, provider);
        var policies = new Policies(
                spec.choice("replacePolicy", Policies.Replace.DENY),
                spec.choice("deletionPolicy", Policies.Deletion.DELETE),
                spec.choice("kmsDeletionPolicy", Policies.KmsDeletion.RETAIN),
                spec.choice("managementPolicy", Policies.Management.FULL));
        spec.end();
        fields.end();
        return new PrivateLlm(
                metadata,
                new Spec(provider, placement, model, power, network, security, software, adopt, policies),
                annotations);
    }

    /** A machine of the user's stands on what is the user's: nothing of that is guessed. */
    private static Adopt adopt(Fields fields, Network network, Provider provider) {
        var instance = fields.optionalText("instance", VPC, "the name of a machine, 1 to 63 of a-z, 0-9 and -");
        if (instance.isPresent()
                && (network.vpc().isEmpty() || provider.gcp().serviceAccount().isEmpty())) {
            fields.offend(
                    "instance",
                    fields.raw("instance"),
                    "its network in spec.network.vpc (and .subnet) and its account in spec.provider.gcp.serviceAccount beside it; 'private-llm import --adopt' writes them");
        }
        var id = fields.optionalText("id", NUMBER, "the number of that machine, in quotes");
        if (instance.isEmpty() && id.isPresent()) {
            fields.offend("id", fields.raw("id"), "spec.adopt.instance beside it");
        }
        fields.end();
        return new Adopt(instance, id);
    }

    private static PrivateLlm.Metadata metadata(Fields fields) {
        var name = fields.text("name", NAME, "1 to %d of a-z, 0-9 and -".formatted(Bounds.MAX_NAME_LENGTH));
        var namespace = fields.textOr("namespace", NAMESPACE, "a namespace name", "default");
        return new PrivateLlm.Metadata(namespace, name);
    }

    /** Anybody may annotate a document; only what looks like ours has to be. */
    private static Annotations annotations(Fields fields) {
        var paused = fields.optionalText(Annotations.PREFIX + "paused", YES_OR_NO, "true or false, in quotes");
        fields.endOf(Annotations.PREFIX);
        return new Annotations(paused.filter("true"::equals).isPresent());
    }

    private static Provider provider(Fields fields) {
        var gcp = fields.object("gcp");
        var projectId = gcp.text("projectId", PROJECT, "the id of your project, 6 to 30 of a-z, 0-9 and -");
        var serviceAccount = gcp.optionalText(
                "serviceAccount", SERVICE_ACCOUNT, "default, or the e-mail address of a service account");
        gcp.end();
        fields.end();
        return new Provider(new Provider.Gcp(projectId, serviceAccount));
    }

    private static Placement placement(Fields fields) {
        var zones = fields.texts("zones", ZONE, "a zone such as europe-west4-a", 1, Bounds.MAX_OFFERS);
        var types = fields.texts(
                "machineTypes", MACHINE_TYPE, "a machine type such as g2-standard-8", 1, Bounds.MAX_OFFERS);
        var provisioning = fields.choice("provisioning", Placement.Provisioning.SPOT);
        var patience = fields.number(
                "zonePatienceSeconds", 0, Bounds.MAX_ZONE_PATIENCE_SECONDS, Bounds.DEFAULT_ZONE_PATIENCE_SECONDS);
        var disk = fields.object("disk");
        var sizeGb = disk.optionalNumber("sizeGb", Bounds.MIN_DISK_GB, Bounds.MAX_DISK_GB)
                .map(Math::toIntExact);
        disk.end();
        var image = fields.textOr("image", IMAGE, "an image or image family, project/family", Bounds.DEFAULT_IMAGE);
        fields.end();
        return new Placement(zones, types, provisioning, patience, new Placement.Disk(sizeGb), image);
    }

    private static Model model(Fields fields) {
        var name = fields.text("name", MODEL, A_MODEL);
        var extra = fields.texts("extra", MODEL, A_MODEL, 0, Bounds.MAX_EXTRA_MODELS);
        var aliases = fields.texts("aliases", MODEL, "a name such as gpt-4o", 0, Bounds.MAX_ALIASES);
        var context = (int) fields.number("contextLength", 1, Bounds.MAX_CONTEXT_LENGTH, Bounds.DEFAULT_CONTEXT_LENGTH);
        var cache = fields.choice("kvCacheType", Model.KvCacheType.F16);
        var parallel = (int) fields.number("parallel", 1, Bounds.MAX_PARALLEL, Bounds.DEFAULT_PARALLEL);
        fields.end();
        return new Model(name, extra, aliases, context, cache, parallel);
    }

    /** Nobody fetches what he cannot check: both or neither. */
    private static Optional<Software.Archive> archive(Fields fields) {
        var url = fields.optionalText("archiveUrl", HTTPS, "an https URL without a query, at most 1000 characters");
        var sha256 = fields.optionalText("sha256", SHA_256, "the archive's SHA-256, 64 of 0-9 and a-f");
        if (url.isPresent() && !fields.has("sha256")) {
            fields.offend("sha256", null, "the archive's SHA-256, 64 of 0-9 and a-f");
        }
        if (sha256.isPresent() && !fields.has("archiveUrl")) {
            fields.offend("archiveUrl", null, "where the archive is, an https URL");
        }
        fields.end();
        return url.flatMap(where -> sha256.map(hash -> new Software.Archive(where, hash)));
    }

    private static Power power(Fields fields) {
        var state = fields.choice("powerState", Power.PowerState.AUTO);
        var firstBoot = fields.choice("firstBoot", Power.FirstBoot.AT_ONCE);
        var idle = fields.numberOrZero(
                "idleTimeoutSeconds",
                Bounds.MIN_IDLE_SECONDS,
                Bounds.MAX_SECONDS,
                Bounds.DEFAULT_IDLE_SECONDS,
                "never");
        var start = fields.number(
                "startDeadlineSeconds",
                Bounds.MIN_START_DEADLINE_SECONDS,
                Bounds.MAX_SECONDS,
                Bounds.DEFAULT_START_DEADLINE_SECONDS);
        var grace = fields.number(
                "firstBootGraceSeconds",
                Bounds.MIN_START_DEADLINE_SECONDS,
                Bounds.MAX_SECONDS,
                Bounds.DEFAULT_FIRST_BOOT_GRACE_SECONDS);
        var deadMan = fields.number(
                "deadManSeconds", Bounds.MIN_DEAD_MAN_SECONDS, Bounds.MAX_SECONDS, Bounds.DEFAULT_DEAD_MAN_SECONDS);
        // A drain that outlasts the dead man's switch could be cut by it.
        var drain = fields.number(
                "drainTimeoutSeconds", 0, deadMan - 1, Math.min(Bounds.DEFAULT_DRAIN_SECONDS, deadMan - 1));
        // Shorter would take the power from a machine that still boots, or begin its drain before it serves, again and
        // again.
        var shortestRun = Math.min(Bounds.MAX_SECONDS, Math.max(start, grace) + drain + Bounds.MIN_SERVING_SECONDS);
        var maxUptime = fields.number(
                "maxUptimeSeconds",
                shortestRun,
                Bounds.MAX_SECONDS,
                Math.max(shortestRun, Bounds.DEFAULT_MAX_UPTIME_SECONDS));
        var minUptime = fields.number("minUptimeSeconds", 0, maxUptime, 0);
        var budget = budget(fields);
        var schedule = fields.objects("schedule", Bounds.MAX_WINDOWS).stream()
                .map(DocumentReader::window)
                .toList();
        fields.end();
        return new Power(state, firstBoot, idle, maxUptime, start, grace, drain, deadMan, minUptime, budget, schedule);
    }

    private static Optional<Power.Budget> budget(Fields power) {
        boolean isThere = power.has("budget");
        var fields = power.object("budget");
        if (!isThere) {
            return Optional.empty();
        }
        if (!fields.has("monthlyUsd")) {
            fields.offend(
                    "monthlyUsd",
                    null,
                    "what a month may cost in USD, a whole number from 1 to %d".formatted(Bounds.MAX_MONTHLY_USD));
        }
        var monthlyUsd = fields.number("monthlyUsd", 1, Bounds.MAX_MONTHLY_USD, 1);
        var onExceed = fields.choice("onExceed", Power.OnExceed.SLEEP);
        fields.end();
        return Optional.of(new Power.Budget(monthlyUsd, onExceed));
    }

    private static Power.Window window(Fields fields) {
        var cron = fields.text("cron", CronForm::isFine, CronForm.EXPECTATION);
        var timeZone = fields.text(
                "timeZone",
                ZoneId.getAvailableZoneIds()::contains,
                "a name of the IANA time zone database such as Europe/Berlin");
        if (!fields.has("action")) {
            fields.offend("action", null, "PreWarm or On or Off");
        }
        var action = fields.choice("action", Power.Action.ON);
        fields.end();
        return new Power.Window(cron, timeZone, action);
    }

    private static Network network(Fields fields) {
        var vpc = fields.optionalText("vpc", VPC, "the name of a network");
        var subnet = fields.optionalText("subnet", VPC, "the name of a subnet of spec.network.vpc");
        if (subnet.isPresent() && vpc.isEmpty()) {
            fields.offend("subnet", fields.raw("subnet"), "absent, or a network of yours in spec.network.vpc with it");
        }
        var host = fields.optionalText("hostProjectId", PROJECT, "the id of the project that shares spec.network.vpc");
        if (host.isPresent() && subnet.isEmpty()) {
            fields.offend(
                    "hostProjectId",
                    fields.raw("hostProjectId"),
                    "absent, or the shared network and subnet in spec.network.vpc and spec.network.subnet with it");
        }
        var cidr = fields.textOr("subnetCidr", CIDR, A_CIDR, Bounds.DEFAULT_SUBNET_CIDR);
        if (!cidr.isEmpty() && !isPrivateRange(cidr)) {
            fields.offend("subnetCidr", fields.raw("subnetCidr"), A_CIDR);
        }
        var address = fields.choice("address", Network.Address.EXTERNAL);
        var port = (int) fields.number("port", 1, 65_535, Bounds.DEFAULT_PORT);
        var ranges = fields.raw("sourceRanges");
        var isAuto = ranges == null || (ranges.isString() && "Auto".equals(ranges.stringValue()));
        var sources = isAuto
                ? List.<String>of()
                : fields.texts(
                        "sourceRanges",
                        SINGLE_ADDRESS,
                        "Auto, or single addresses as /32 or /128",
                        1,
                        Bounds.MAX_SOURCES);
        if (address == Network.Address.INTERNAL && isAuto) {
            fields.offend(
                    "sourceRanges",
                    ranges,
                    "the addresses that you reach the machine's network from, since spec.network.address is Internal and only addresses in the internet are detected");
        }
        fields.end();
        return new Network(vpc, subnet, host, cidr, address, port, sources);
    }

    /** Whether a range that is well-formed lies in one of RFC 1918 and begins at its first address. */
    private static boolean isPrivateRange(String cidr) {
        var parts = cidr.split("[./]", -1);
        int first = Integer.parseInt(parts[0]);
        int second = Integer.parseInt(parts[1]);
        int third = Integer.parseInt(parts[2]);
        int prefix = Integer.parseInt(parts[4]);
        boolean isPrivate =
                first == 10 || (first == 172 && second >= 16 && second < 32) || (first == 192 && second == 168);
        return isPrivate && third % (1 << (24 - prefix)) == 0;
    }

    private static Security security(Fields fields) {
        var algorithm = fields.choice("keyAlgorithm", Security.KeyAlgorithm.RSA_4096);
        var serverKey = fields.choice("serverKey", Security.ServerKey.CSR);
        var hsm = fields.yesOrNo("hsm", true);
        var secureBoot = fields.yesOrNo("secureBoot", true);
        fields.end();
        return new Security(algorithm, serverKey, hsm, secureBoot);
    }
}
