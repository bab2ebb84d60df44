package io.github.ssestarter.benchmarks.server;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What is measured.
 */
public enum Peer {

	/** Ours on Tomcat. */
	OURS_TOMCAT("**SSE starter**, Tomcat", StarterServer.class, "tomcat"),

	/** Ours on Jetty. */
	OURS_JETTY("**SSE starter**, Jetty", StarterServer.class, "jetty"),

	/** Ours on Tomcat, with small buffers. */
	OURS_COMPACT("**SSE starter**, Tomcat, compact", StarterServer.class, "tomcat",
			"--sse.tomcat.compact-connections=true"),

	/** An earlier build of ours on Tomcat. */
	BEFORE_TOMCAT("SSE starter before, Tomcat", StarterServer.class, "tomcat"),

	/** An earlier build of ours on Jetty. */
	BEFORE_JETTY("SSE starter before, Jetty", StarterServer.class, "jetty"),

	/** Ours on Tomcat, with its log in Redis. */
	OURS_REDIS("**SSE starter**, Tomcat, on Redis", StarterServer.class, "tomcat", "--sse.redis.enabled=true"),

	/** Ten nodes in one process, without a web server. */
	OURS_TEN_NODES("**SSE starter**, 10 nodes on one Redis", TenNodesServer.class),

	/** A loop over Spring Data Redis. */
	REDIS_TEMPLATE("`RedisTemplate.opsForStream().add` loop", RedisTemplateServer.class),

	/** Ours on Tomcat, with virtual threads. */
	OURS_VIRTUAL("**SSE starter**, Tomcat, virtual threads", StarterServer.class, "tomcat", Peer.VIRTUAL),
	/** A loop over emitters. */
	EMITTER_TOMCAT("`SseEmitter` loop, Tomcat", EmitterServer.class, "tomcat", "--sse.enabled=false"),

	/** A loop over emitters. */
	EMITTER_JETTY("`SseEmitter` loop, Jetty", EmitterServer.class, "jetty", "--sse.enabled=false"),

	/** Emitters that virtual threads send to. */
	EMITTER_VIRTUAL("`SseEmitter`, Tomcat, virtual threads", EmitterServer.class, "tomcat", "--sse.enabled=false",
			Peer.VIRTUAL),
	/** WebFlux. */
	WEBFLUX("WebFlux `Sinks`, Netty", WebFluxServer.class),

	/** sse-eventbus. */
	EVENT_BUS("sse-eventbus 2.0.1, Tomcat", EventBusServer.class),

	/** Jersey. */
	JERSEY("Jersey `SseBroadcaster`, Grizzly", JerseyServer.class),

	/** better-sse. */
	BETTER_SSE("better-sse, Node", null),

	/** Nchan. */
	NCHAN("Nchan, nginx (C), one worker", null),

	/** Nchan that keeps its messages in Redis. */
	NCHAN_REDIS("Nchan, nginx (C), one worker, on Redis", null),

	/** The physical limit. */
	SOCKETS("plain `SocketChannel` writes", SocketServer.class),

	/** Only waits. */
	ASYNC_TOMCAT("only `startAsync`, Tomcat", AsyncServer.class, "tomcat", "--sse.enabled=false"),

	/** Only waits. */
	ASYNC_JETTY("only `startAsync`, Jetty", AsyncServer.class, "jetty", "--sse.enabled=false"),
	/** Threads that only wait. */
	WAITS_TOMCAT("threads that only wait", AsyncServer.class, "tomcat", "--sse.enabled=false"),
	/** Virtual threads that only wait. */
	WAITS_VIRTUAL("virtual threads that only wait", AsyncServer.class, "tomcat", "--sse.enabled=false", Peer.VIRTUAL);

	private static final String VIRTUAL = "--spring.threads.virtual.enabled=true";

	private final String label;

	private final @Nullable Class<?> mainClass;

	private final List<String> arguments;

	Peer(String label, @Nullable Class<?> mainClass, String... arguments) {
		this.label = label;
		this.mainClass = mainClass;
		this.arguments = List.of(arguments);
	}

	/**
	 * What it is called on the command line.
	 * @return the name
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * What it is called in the report.
	 * @return the name, as Markdown
	 */
	public String label() {
		return this.label;
	}

	/**
	 * The main class.
	 * @return the class, {@code null} if it is not a JVM
	 */
	public @Nullable Class<?> mainClass() {
		return this.mainClass;
	}

	/**
	 * Whether it is an earlier build.
	 * @return whether it runs with the jar that the command line names
	 */
	public boolean isBefore() {
		return this == BEFORE_TOMCAT || this == BEFORE_JETTY;
	}

	/**
	 * Whether it needs a Redis.
	 * @return whether it is told the port of one
	 */
	public boolean usesRedis() {
		return this == OURS_REDIS || this == OURS_TEN_NODES || this == REDIS_TEMPLATE || this == NCHAN_REDIS;
	}

	/**
	 * Whether it uses virtual threads.
	 * @return whether it needs JDK 21 or later
	 */
	public boolean isVirtual() {
		return this.arguments.contains(VIRTUAL);
	}

	/**
	 * Whether its threads wait for their turns and send nothing.
	 * @return whether it shows what waiting costs
	 */
	public boolean onlyWaits() {
		return this == WAITS_TOMCAT || this == WAITS_VIRTUAL;
	}

	/**
	 * What the main class gets after the ports.
	 * @return the arguments
	 */
	public List<String> arguments() {
		return this.arguments;
	}

}
