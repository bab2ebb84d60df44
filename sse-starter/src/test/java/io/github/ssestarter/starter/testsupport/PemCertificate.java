package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A certificate for {@code 127.0.0.1} that is signed by itself, and its key, as files
 * that servers take which are not of Java. Made by openssl.
 *
 * @param certificate the file of the certificate
 * @param key the file of the key
 */
public record PemCertificate(Path certificate, Path key) {

	/**
	 * Makes a new one.
	 * @param folder where it is put
	 */
	public static PemCertificate create(Path folder) {
		PemCertificate created = new PemCertificate(folder.resolve("certificate.pem"), folder.resolve("key.pem"));
		try {
			Process openssl = new ProcessBuilder("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
					"ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
					"subjectAltName=IP:127.0.0.1", "-out", created.certificate.toString(), "-keyout",
					created.key.toString())
				.redirectErrorStream(true)
				.redirectOutput(folder.resolve("openssl.log").toFile())
				.start();
			assertThat(openssl.waitFor(30, TimeUnit.SECONDS)).isTrue();
			assertThat(openssl.exitValue()).as("openssl.log in " + folder).isZero();
			return created;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
