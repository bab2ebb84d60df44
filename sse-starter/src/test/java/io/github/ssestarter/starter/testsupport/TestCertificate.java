package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A certificate for {@code localhost} that is signed by itself, made anew for each run of
 * the tests by the JDK's own tool.
 */
public final class TestCertificate {

	private static final String PASSWORD = "changeit";

	private static final Path STORE = create();

	/** Read once: a store is made to be slow to open. */
	private static final TrustManagerFactory TRUSTED = trust();

	private TestCertificate() {
	}

	/**
	 * The properties of a server that has the certificate.
	 */
	public static String[] properties() {
		return new String[] { "server.ssl.key-store=" + STORE.toUri(), "server.ssl.key-store-type=PKCS12",
				"server.ssl.key-store-password=" + PASSWORD };
	}

	/**
	 * Begins TLS on the socket of a client that trusts the certificate, and no other.
	 */
	static SSLSocket secure(Socket plain) throws IOException {
		SSLSocket socket = (SSLSocket) trusting().getSocketFactory()
			.createSocket(plain, "localhost", plain.getPort(), true);
		socket.startHandshake();
		return socket;
	}

	/**
	 * Begins TLS on the socket of a client that trusts the certificate, and no other.
	 * @param protocol what is to be spoken inside
	 */
	static SSLSocket secure(Socket plain, String protocol) throws IOException {
		SSLSocket socket = (SSLSocket) trusting().getSocketFactory()
			.createSocket(plain, "localhost", plain.getPort(), true);
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setApplicationProtocols(new String[] { protocol });
		socket.setSSLParameters(parameters);
		socket.startHandshake();
		if (!protocol.equals(socket.getApplicationProtocol())) {
			throw new IOException("The server does not speak " + protocol + " but " + socket.getApplicationProtocol());
		}
		return socket;
	}

	/**
	 * A context for each connection, so that none goes on with the session of another.
	 */
	private static SSLContext trusting() {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(null, TRUSTED.getTrustManagers(), null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static TrustManagerFactory trust() {
		try (InputStream input = Files.newInputStream(STORE)) {
			KeyStore store = KeyStore.getInstance("PKCS12");
			store.load(input, PASSWORD.toCharArray());
			TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			factory.init(trusted(store));
			return factory;
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A certificate beside its key is not trusted.
	 */
	private static KeyStore trusted(KeyStore store) throws IOException, GeneralSecurityException {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("server", store.getCertificate("server"));
		return trusted;
	}

	private static Path create() {
		try {
			Path directory = Files.createTempDirectory("sse-certificate");
			Path store = directory.resolve("store.p12");
			store.toFile().deleteOnExit();
			directory.toFile().deleteOnExit();
			Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
					"-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
					"SAN=dns:localhost", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", store.toString())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(keytool.exitValue()).isZero();
			return store;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
