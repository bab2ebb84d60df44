package io.github.ssestarter.servlet;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and verifies client ids: a random value and its HMAC-SHA256, so that a client can
 * present only what it was given.
 *
 * @since 0.1.0
 */
public final class ClientIds {

	private static final String ALGORITHM = "HmacSHA256";

	private static final int BYTES = 16;

	private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

	private final SecureRandom random = new SecureRandom();

	private final SecretKeySpec key;

	/**
	 * Makes ids that this process alone can verify.
	 * @return the ids of a random secret
	 */
	public static ClientIds withRandomSecret() {
		byte[] secret = new byte[32];
		new SecureRandom().nextBytes(secret);
		return new ClientIds(secret);
	}

	private ClientIds(byte[] secret) {
		this.key = new SecretKeySpec(secret, ALGORITHM);
	}

	String create() {
		byte[] value = new byte[BYTES];
		this.random.nextBytes(value);
		String text = ENCODER.encodeToString(value);
		return text + "." + signature(text);
	}

	boolean verify(String id) {
		int dot = id.indexOf('.');
		return dot > 0 && MessageDigest.isEqual(bytes(id.substring(dot + 1)), bytes(signature(id.substring(0, dot))));
	}

	private String signature(String text) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			return ENCODER.encodeToString(Arrays.copyOf(mac.doFinal(bytes(text)), BYTES));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This Java has no " + ALGORITHM, ex);
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
