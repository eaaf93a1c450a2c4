// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar; {@code development} when run from class folders. */
final class Version implements IVersionProvider {

    static String text() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"private-llm " + text()};
    }
}
