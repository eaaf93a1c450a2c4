// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts something between the controller and one of its ports. */
final class Interposed {
    private Interposed() {}

    /** A call that is about to go through. */
    static final class Call {
        private final Object port;
        private final Method method;
        private final Object[] arguments;

        private Call(Object port, Method method, Object[] arguments) {
            this.port = port;
            this.method = method;
            this.arguments = arguments;
        }

        String name() {
            return method.getName();
        }

        List<Object> arguments() {
            return List.of(arguments);
        }

        /** The first argument of this kind. */
        <A> A argument(Class<A> kind) {
            return Arrays.stream(arguments)
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .findFirst()
                    .orElseThrow();
        }

        boolean has(Class<?> kind) {
            return Arrays.stream(arguments).anyMatch(kind::isInstance);
        }

        @Nullable
        Object proceed() {
            try {
                return method.invoke(port, arguments);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw new IllegalStateException(e);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Goes through with another argument of the same kind in the first one's place. */
        @Nullable
        Object proceedWith(Object argument) {
            Object[] changed = arguments.clone();
            for (int i = 0; i < changed.length; i++) {
                if (changed[i].getClass() == argument.getClass()
                        || (changed[i] instanceof Map && argument instanceof Map)) {
                    changed[i] = argument;
                    return new Call(port, method, changed).proceed();
                }
            }
            throw new IllegalArgumentException("no such argument: " + argument);
        }
    }

    /** What is done with a call. */
    @FunctionalInterface
    interface Body {
        @Nullable
        Object carryOut(Call call);
    }

    /** The ports with this between the controller and the one port of this kind. */
    static <P> Ports around(Ports ports, Class<P> port, Body body) {
        return replacing(
                ports,
                port,
                real -> port.cast(Proxy.newProxyInstance(
                        port.getClassLoader(),
                        new Class<?>[] {port},
                        (_, method, arguments) ->
                                body.carryOut(new Call(real, method, arguments == null ? new Object[0] : arguments)))));
    }

    /** The ports with another one of this kind. */
    static <P> Ports replacing(Ports ports, Class<P> port, UnaryOperator<P> by) {
        RecordComponent[] components = Ports.class.getRecordComponents();
        Function<RecordComponent, Object> value = component -> {
            Object present = read(component, ports);
            return component.getType() == port ? by.apply(port.cast(present)) : present;
        };
        try {
            return Ports.class
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new))
                    .newInstance(Arrays.stream(components).map(value).toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A component of a record. */
    static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
