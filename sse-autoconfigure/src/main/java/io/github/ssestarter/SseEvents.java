package io.github.ssestarter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Tells which events a controller method with an {@link SseStream} sends, or has its
 * stream hear, so that an API description can tell it too. What the starter sends of its
 * own accord need not be named. <pre class="code">
 * &#064;GetMapping("/countdown")
 * &#064;SseEvents({ &#064;SseEventType(name = "tick", data = Tick.class), &#064;SseEventType(name = "done") })
 * void countdown(SseStream stream) {
 * </pre> It changes nothing of what is sent. With {@code sse.openapi.check-events}, which
 * is on while one develops with Spring Boot's devtools, an event of such a name whose
 * data is of another type is warned of.
 *
 * @since 0.1.0
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface SseEvents {

	/**
	 * The events.
	 * @return their types, each name once
	 */
	SseEventType[] value();

}
