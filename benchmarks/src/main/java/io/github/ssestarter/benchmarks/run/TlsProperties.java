package io.github.ssestarter.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.ssestarter.benchmarks.load.Wire;

/**
 * What lets a Spring Boot application speak TLS, with a certificate that is made for the
 * run.
 */
final class TlsProperties {

	private static final String PASSWORD = "benchmarks";

	private TlsProperties() {
	}

	/**
	 * The properties for what clients speak.
	 * @param wire what they speak
	 * @param directory where the key is kept
	 */
	static List<String> of(Wire wire, Path directory) throws IOException {
		if (wire == Wire.PLAIN) {
			return List.of();
		}
		return List.of("--server.ssl.key-store=" + keyStore(directory).toUri(),
				"--server.ssl.key-store-password=" + PASSWORD, "--server.ssl.key-store-type=PKCS12",
				"--server.http2.enabled=" + (wire == Wire.HTTP2));
	}

	private static Path keyStore(Path directory) throws IOException {
		Path keyStore = directory.resolve("server.p12");
		if (!Files.exists(keyStore)) {
			Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
			Process process = new ProcessBuilder(keytool.toString(), "-genkeypair", "-alias", "server", "-keyalg", "EC",
					"-groupname", "secp256r1", "-dname", "CN=localhost", "-ext", "san=ip:127.0.0.1", "-validity", "365",
					"-storetype", "PKCS12", "-keystore", keyStore.toString(), "-storepass", PASSWORD)
				.redirectErrorStream(true)
				.redirectOutput(directory.resolve("keytool.log").toFile())
				.start();
			try {
				if (process.waitFor() != 0) {
					throw new IOException("keytool has failed, see " + directory.resolve("keytool.log"));
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IOException(ex);
			}
		}
		return keyStore;
	}

}
