package io.github.ssestarter.benchmarks.server;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseBroadcaster;
import jakarta.ws.rs.sse.SseEventSink;
import org.glassfish.jersey.grizzly2.httpserver.GrizzlyHttpServerFactory;
import org.glassfish.jersey.jackson.JacksonFeature;
import org.glassfish.jersey.media.sse.SseFeature;
import org.glassfish.jersey.server.ResourceConfig;
import org.jspecify.annotations.Nullable;

/**
 * Jersey on Grizzly: a JAX-RS broadcaster for each topic.
 */
public final class JerseyServer {

	private JerseyServer() {
	}

	/**
	 * Runs the server.
	 * @param args the port, the control port
	 */
	public static void main(String[] args) {
		Logger.getLogger("").setLevel(Level.SEVERE);
		Topics topics = new Topics();
		ResourceConfig config = new ResourceConfig(SseFeature.class, JacksonFeature.class).register(topics);
		GrizzlyHttpServerFactory.createHttpServer(URI.create("http://127.0.0.1:" + args[0] + "/"), config);
		new Control(Integer.parseInt(args[1])).publisher(topics::publish).clients(topics.sinks::size).start();
	}

	/**
	 * The broadcasters.
	 */
	@Path("/events")
	public static class Topics {

		private final Map<String, SseBroadcaster> broadcasters = new ConcurrentHashMap<>();

		private final Set<SseEventSink> sinks = ConcurrentHashMap.newKeySet();

		private volatile @Nullable Sse sse;

		/**
		 * Registers a client.
		 * @param topic what it wants to hear
		 * @param sink its connection
		 * @param sse makes events
		 */
		@GET
		@Produces(MediaType.SERVER_SENT_EVENTS)
		public void events(@QueryParam("topic") String topic, @Context SseEventSink sink, @Context Sse sse) {
			this.sse = sse;
			sink.send(sse.newEventBuilder().comment("open").build());
			this.broadcasters.computeIfAbsent(topic, (name) -> broadcaster(sse)).register(sink);
			this.sinks.add(sink);
		}

		private SseBroadcaster broadcaster(Sse sse) {
			SseBroadcaster broadcaster = sse.newBroadcaster();
			broadcaster.onClose(this.sinks::remove);
			broadcaster.onError((sink, failure) -> this.sinks.remove(sink));
			return broadcaster;
		}

		void publish(String topic, Payload payload) {
			Sse sse = this.sse;
			SseBroadcaster broadcaster = this.broadcasters.get(topic);
			if (sse != null && broadcaster != null) {
				broadcaster.broadcast(sse.newEventBuilder()
					.data(Payload.class, payload)
					.mediaType(MediaType.APPLICATION_JSON_TYPE)
					.build());
			}
		}

	}

}
