package io.github.ssestarter;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One of the {@link SseEvents}.
 *
 * @since 0.1.0
 */
@Documented
@Target({})
@Retention(RetentionPolicy.RUNTIME)
public @interface SseEventType {

	/**
	 * The event's name.
	 * @return the name; {@code message}, unless set, which is what an event without a
	 * name is called in a browser
	 */
	String name() default "message";

	/**
	 * What its data is made of.
	 * @return the type: {@code String} for text, any other for JSON; {@code Void}, unless
	 * set, for an event without data
	 */
	Class<?> data() default Void.class;

}
