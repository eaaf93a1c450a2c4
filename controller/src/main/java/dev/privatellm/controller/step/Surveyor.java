// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.GpuLimits;
import dev.privatellm.machine.cloud.ModelRegistry;
import dev.privatellm.machine.cloud.ModelRegistry.Listing;
import dev.privatellm.machine.cloud.ProjectProvider;
import dev.privatellm.machine.cloud.Survey;
import dev.privatellm.machine.plan.Question;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the project and the models' registry what a new machine depends upon. A registry that does not answer is mentioned once, and stands in nobody's way. */
final class Surveyor {
    private static final Logger LOG = LoggerFactory.getLogger(Surveyor.class);

    private final ProjectProvider project;
    private final ModelRegistry registry;
    private final Set<String> mentioned = new HashSet<>();

    Surveyor(ProjectProvider project, ModelRegistry registry) {
        this.project = project;
        this.registry = registry;
    }

    Survey survey(Question.ProjectSurvey question) {
        SortedSet<String> missing = project.missingPermissions(question.tasks());
        if (!missing.isEmpty()) {
            // Whatever else is asked may be denied for want of one of them, and then only that one would be named.
            Survey.Image unknown = new Survey.Image(question.image(), Optional.empty());
            return new Survey(Map.of(), GpuLimits.UNKNOWN, missing, new TreeMap<>(), unknown);
        }
        return new Survey(
                project.zonesOf(question.machineTypes()),
                project.gpuLimits(question.regions()),
                missing,
                models(question.models()),
                new Survey.Image(question.image(), project.image(question.image())));
    }

    SortedMap<String, Listing> models(SortedSet<String> names) {
        SortedMap<String, Listing> models = new TreeMap<>();
        names.forEach(model -> models.put(model, listing(model)));
        return models;
    }

    private Listing listing(String model) {
        Listing listing = registry.find(model);
        if (listing instanceof Listing.Unknown(String why) && mentioned.add(model)) {
            LOG.info("whether the machine is large enough for {} is not known before it tries: {}", model, why);
        }
        return listing;
    }
}
