package io.github.ssestarter.servlet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import io.github.ssestarter.SseClientIds;

/**
 * Client ids that are a random value and the HMAC-SHA256 of it and of what it is bound
 * to.
 *
 * @since 0.1.0
 */
public final class SignedClientIds implements SseClientIds {

	private static final String ALGORITHM = "HmacSHA256";

	private static final int BYTES = 16;

	private static final int SECRET_BYTES = 32;

	private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

	private final SecureRandom random = new SecureRandom();

	private final SecretKeySpec key;

	private final Set<ClientIdBinding> bindings;

	/**
	 * Makes the ids of a secret.
	 * @param secret the secret, {@code null} for a random one: then this process alone
	 * can verify its ids
	 * @param bindings what ids are bound to
	 */
	public SignedClientIds(@Nullable String secret, Set<ClientIdBinding> bindings) {
		this.key = new SecretKeySpec((secret != null) ? bytes(secret) : randomBytes(SECRET_BYTES), ALGORITHM);
		this.bindings = EnumSet.noneOf(ClientIdBinding.class);
		this.bindings.addAll(bindings);
	}

	private byte[] randomBytes(int count) {
		byte[] bytes = new byte[count];
		this.random.nextBytes(bytes);
		return bytes;
	}

	@Override
	public String create() {
		String value = ENCODER.encodeToString(randomBytes(BYTES));
		return value + "." + signature(value);
	}

	@Override
	public boolean verify(String id) {
		int dot = id.indexOf('.');
		return dot > 0 && MessageDigest.isEqual(bytes(id.substring(dot + 1)), bytes(signature(id.substring(0, dot))));
	}

	private String signature(String value) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			update(mac, value);
			for (ClientIdBinding binding : this.bindings) {
				update(mac, binding.name());
				String bound = binding.value(currentRequest());
				update(mac, (bound != null) ? "=" + bound : "");
			}
			return ENCODER.encodeToString(Arrays.copyOf(mac.doFinal(), BYTES));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This Java has no " + ALGORITHM, ex);
		}
	}

	/** With the length before, so that no two lists of values give the same bytes. */
	private static void update(Mac mac, String text) {
		byte[] bytes = bytes(text);
		mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
		mac.update(bytes);
	}

	private static HttpServletRequest currentRequest() {
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			return attributes.getRequest();
		}
		throw new IllegalStateException(
				"Client ids are bound to something of a request (sse.client-id.bind-to), and this"
						+ " thread handles none: make and verify them in a controller, or unset the property");
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
