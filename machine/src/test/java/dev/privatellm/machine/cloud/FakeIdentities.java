// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Service accounts in memory. */
public final class FakeIdentities implements IdentityProvider {
    /** What follows the {@code @} in every address. */
    public static final String DOMAIN = "example-project.iam.gserviceaccount.com";

    private final FakeClock clock;
    private final Faults faults;
    private final Map<String, ServiceAccount> accounts = new LinkedHashMap<>();

    /** How often an account was made under an id: a later one is another account. */
    private final Map<String, Integer> made = new HashMap<>();

    private Instant shownFrom = Instant.EPOCH;

    FakeIdentities(FakeClock clock, Faults faults) {
        this.clock = clock;
        this.faults = faults;
    }

    /** For so long no account is shown to who looks for it, as one that was just made may be (https://cloud.google.com/iam/docs/service-accounts-create). */
    public void staysHidden(Duration time) {
        shownFrom = clock.instant().plus(time);
    }

    /** Puts an account there as somebody else would. */
    public void plant(ServiceAccount account) {
        put(account);
    }

    private void put(ServiceAccount account) {
        accounts.put(account.accountId(), account);
        made.merge(account.accountId(), 1, Integer::sum);
    }

    /** All accounts that somebody made. */
    public List<ServiceAccount> all() {
        return List.copyOf(accounts.values());
    }

    boolean isThere(String email) {
        return uniqueId(email).isPresent();
    }

    /** What tells an account from a later one of its name. */
    Optional<String> uniqueId(String email) {
        return accounts.values().stream()
                .filter(account -> account.email().equals(email))
                .map(account -> email + "#" + made.get(account.accountId()))
                .findFirst();
    }

    @Override
    public Optional<ServiceAccount> find(String accountId) {
        return faults.call(
                "findAccount",
                () -> Optional.ofNullable(accounts.get(accountId))
                        .filter(_ -> !clock.instant().isBefore(shownFrom)));
    }

    @Override
    public ServiceAccount create(String accountId, String displayName, String description) {
        return faults.call("createAccount", () -> {
            if (accounts.containsKey(accountId)) {
                throw new CloudFailure.AlreadyExists("ALREADY_EXISTS", accountId + " exists", null);
            }
            ServiceAccount account = new ServiceAccount(accountId, accountId + "@" + DOMAIN, description);
            put(account);
            return account;
        });
    }

    @Override
    public void delete(String accountId) {
        faults.<Optional<Void>>call("deleteAccount", () -> {
            if (accounts.remove(accountId) == null) {
                throw new CloudFailure.NotFound("NOT_FOUND", accountId + " is not there", null);
            }
            return Optional.empty();
        });
    }
}
