package io.github.ssestarter.actuate;

import java.util.Locale;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Masks the secret of client ids wherever the actuator shows it, under whatever name:
 * with it, anybody can make ids.
 *
 * @since 0.1.0
 */
public final class SecretSanitizer implements SanitizingFunction {

	private static final String NAME = "sseclientidsecret";

	private final Supplier<@Nullable String> secret;

	/**
	 * Masks a secret.
	 * @param secret what is set, {@code null} for none
	 */
	public SecretSanitizer(Supplier<@Nullable String> secret) {
		this.secret = secret;
	}

	@Override
	public SanitizableData apply(SanitizableData data) {
		Object value = data.getValue();
		return (value != null && (isName(data.getKey()) || holdsSecret(value.toString()))) ? data.withSanitizedValue()
				: data;
	}

	private static boolean isName(String key) {
		return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "").equals(NAME);
	}

	/**
	 * A placeholder may name another property, and a command line holds all that was
	 * given on it.
	 */
	private boolean holdsSecret(String value) {
		String secret = this.secret.get();
		return secret != null && !secret.isBlank() && value.contains(secret);
	}

}
