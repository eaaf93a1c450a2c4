// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.iam;

import com.google.iam.admin.v1.ServiceAccount;
import dev.privatellm.lab.gcp.Lags;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who there is to be granted something. Besides the service accounts that were made these are, without anybody's doing, the operator and every project's
 * default account of Compute Engine. Other services know a new account only after a while. Thread-safe.
 */
public final class Directory {

    private static final String DEFAULT_SUFFIX = "-compute@developer.gserviceaccount.com";

    private final Clock clock;
    private final Lags lags;
    private final List<Account> accounts = new ArrayList<>();
    private final Set<String> builtIn = new HashSet<>();

    /** @param operator account that the emulator wrote a key for */
    public Directory(Clock clock, Lags lags, String operator) {
        this.clock = clock;
        this.lags = lags;
        builtIn.add(operator);
    }

    /** The account that machines of a project act as where nothing else is said: https://cloud.google.com/compute/docs/access/service-accounts. */
    public static String defaultAccount(long projectNumber) {
        return projectNumber + DEFAULT_SUFFIX;
    }

    /** Whether that is the default account of some project, which is an editor of it. */
    public static boolean isDefaultAccount(String email) {
        return email.endsWith(DEFAULT_SUFFIX);
    }

    /** Whether other services, and reads of the account itself, know it by now. */
    public synchronized boolean knows(String email) {
        return isDefaultAccount(email)
                || builtIn.contains(email)
                || find(email)
                        .filter(account ->
                                !account.created().plus(lags.grants()).isAfter(clock.instant()))
                        .isPresent();
    }

    /** Adds an identity that Google's services have made for themselves. */
    synchronized void addAgent(String email) {
        builtIn.add(email);
    }

    /**
     * How a policy of some time shows a member today: one whose account is gone since is {@code deleted:…?uid=…}, and stays that when another account gets
     * the name. https://cloud.google.com/iam/docs/service-accounts-delete-undelete
     */
    synchronized String shown(String member, Instant granted) {
        String kind = "serviceAccount:";
        if (!member.startsWith(kind)) {
            return member;
        }
        String email = member.substring(kind.length());
        return accounts.stream()
                .filter(account -> account.view().getEmail().equals(email))
                .filter(account -> !account.created().isAfter(granted))
                .reduce((_, later) -> later)
                .filter(Account::isDeleted)
                .map(account -> "deleted:" + member + "?uid=" + account.view().getUniqueId())
                .orElse(member);
    }

    /** One that is there, by e-mail or number. */
    synchronized Optional<Account> find(String key) {
        return accounts.stream()
                .filter(account -> !account.isDeleted())
                .filter(account -> account.view().getEmail().equals(key)
                        || account.view().getUniqueId().equals(key))
                .findFirst();
    }

    /** Those of a project, oldest first, without those that lists do not show yet. */
    synchronized List<ServiceAccount> listed(String project) {
        Instant now = clock.instant();
        return accounts.stream()
                .filter(account -> !account.isDeleted())
                .filter(account -> !account.created().plus(lags.lists()).isAfter(now))
                .map(Account::view)
                .filter(view -> view.getProjectId().equals(project))
                .toList();
    }

    /** How many a project has. */
    synchronized long count(String project) {
        return accounts.stream()
                .filter(account ->
                        !account.isDeleted() && account.view().getProjectId().equals(project))
                .count();
    }

    synchronized void add(ServiceAccount view) {
        accounts.add(new Account(view, clock.instant(), false));
    }

    synchronized void delete(Account account) {
        accounts.replaceAll(one -> one.equals(account) ? one.deleted() : one);
    }
}
