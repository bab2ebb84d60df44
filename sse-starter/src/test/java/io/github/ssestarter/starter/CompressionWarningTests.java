package io.github.ssestarter.starter;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.github.ssestarter.starter.testsupport.Container;
import io.github.ssestarter.starter.testsupport.StreamEvents;
import io.github.ssestarter.starter.testsupport.TestApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said at start-up if the web server compresses streams. That their events arrive
 * one by one nevertheless, see {@link FilteredStreamTests}.
 */
@ExtendWith(OutputCaptureExtension.class)
class CompressionWarningTests {

	private static final String COVERS = "server.compression covers event streams";

	@ParameterizedTest
	@CsvSource({ "TOMCAT,mime-types,text/event-stream", "JETTY,mime-types,text/event-stream",
			"TOMCAT,additional-mime-types,text/event-stream", "JETTY,additional-mime-types,Text/Event-Stream",
			"TOMCAT,mime-types,text/" })
	void typesThatCoverStreamsAreWarnedOf(Container container, String property, String type, CapturedOutput output) {
		start(container, "server.compression.enabled=true", "server.compression." + property + "=" + type);
		assertThat(output).containsOnlyOnce(COVERS + " (by the type '" + type + "'): each open stream of a browser then"
				+ " has a compressor of its own, which takes up to 256 KB outside the heap for as long as the stream is"
				+ " open. Take the type out of server.compression.mime-types and"
				+ " server.compression.additional-mime-types")
			.containsOnlyOnce(COVERS);
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,true,text/html", "JETTY,true,text/html", "TOMCAT,false,text/event-stream" })
	void othersAreNot(Container container, boolean enabled, String type, CapturedOutput output) {
		start(container, "server.compression.enabled=" + enabled, "server.compression.additional-mime-types=" + type);
		assertThat(output).doesNotContain(COVERS);
	}

	private static void start(Container container, String... properties) {
		TestApplication.start(container, StreamEvents.class, properties).close();
	}

}
