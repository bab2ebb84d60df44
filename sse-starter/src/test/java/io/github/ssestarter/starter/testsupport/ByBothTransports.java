package io.github.ssestarter.starter.testsupport;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that runs twice: first with streams that take their sockets, then with
 * streams that stay with the servlet API. Its applications are started by its tests, or
 * by a {@link SharedApplication}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(Transports.class)
public @interface ByBothTransports {

}
