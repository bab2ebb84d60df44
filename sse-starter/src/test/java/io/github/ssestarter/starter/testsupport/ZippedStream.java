package io.github.ssestarter.starter.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stream whose client takes gzip, and reads what comes as it comes.
 */
public final class ZippedStream implements AutoCloseable {

	private final HttpResponse<InputStream> response;

	/** Begins with gzip's header, which may not be there yet. */
	private final CompletableFuture<InputStream> text;

	private ZippedStream(HttpResponse<InputStream> response) {
		this.response = response;
		this.text = CompletableFuture.supplyAsync(this::unzip);
	}

	public static ZippedStream open(String url) throws IOException, InterruptedException {
		return new ZippedStream(HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(url))
				.header("Accept-Encoding", "gzip")
				.header("Accept", "text/event-stream")
				.build(), HttpResponse.BodyHandlers.ofInputStream()));
	}

	public boolean isZipped() {
		return this.response.headers().firstValue("Content-Encoding").isPresent();
	}

	private InputStream unzip() {
		try {
			return (isZipped()) ? new GZIPInputStream(this.response.body()) : this.response.body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for a text.
	 */
	public void expect(String text) throws Exception {
		CompletableFuture<String> read = this.text.thenApplyAsync((stream) -> readUpTo(stream, text));
		assertThat(read.get(5, TimeUnit.SECONDS)).endsWith(text);
	}

	private static String readUpTo(InputStream stream, String text) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try {
			int next = stream.read();
			while (next >= 0) {
				bytes.write(next);
				if (bytes.toString(StandardCharsets.UTF_8).endsWith(text)) {
					break;
				}
				next = stream.read();
			}
			return bytes.toString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.response.body().close();
	}

}
