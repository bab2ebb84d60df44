package io.github.ssestarter.starter.testsupport;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseBroadcaster;
import io.github.ssestarter.SseEvent;
import io.github.ssestarter.SseStream;

/**
 * The applications of {@code DrainStressTests} and {@code NodesComeAndGoStressTests}.
 * They send numbers to everyone, from the start until their beans are destroyed, the last
 * that an application does.
 */
public final class DrainedApplications {

	/** Events in a second. */
	public static final int RATE = 200;

	/** What an application writes if it could not send. */
	public static final String NOT_SENT = "Could not be sent: ";

	/** What a node writes once an event is accepted, before the event's data. */
	public static final String ACCEPTED = "Accepted: ";

	/** The topics of nodes are {@code topic0} and so on. */
	public static final int TOPICS = 4;

	private DrainedApplications() {
	}

	private static final class Numbers implements ApplicationRunner, DisposableBean {

		private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

		private final IntConsumer sender;

		private int number;

		Numbers(IntConsumer sender) {
			this.sender = sender;
		}

		@Override
		public void run(ApplicationArguments args) {
			this.thread.scheduleAtFixedRate(this::send, 0, TimeUnit.SECONDS.toMicros(1) / RATE, TimeUnit.MICROSECONDS);
		}

		private void send() {
			try {
				this.sender.accept(++this.number);
			}
			catch (RuntimeException ex) {
				System.out.println(NOT_SENT + ex);
			}
		}

		@Override
		public void destroy() {
			this.thread.shutdownNow();
		}

	}

	/**
	 * With the starter.
	 */
	@RestController
	public static class Live {

		@Bean
		Numbers numbers(SseBroadcaster broadcaster) {
			return new Numbers((number) -> broadcaster.broadcast("number", number));
		}

		@GetMapping("/live")
		void live(SseStream stream) {
			stream.join();
		}

		@GetMapping("/asleep")
		void asleep(SseStream stream) throws InterruptedException {
			stream.open();
			Thread.sleep(TimeUnit.MINUTES.toMillis(5));
		}

	}

	/**
	 * With the starter, one of many nodes: the data of an event tell which node has sent
	 * it, and how many before it.
	 */
	@RestController
	public static class Node {

		@Bean
		Numbers numbers(SseBroadcaster broadcaster) {
			String name = Long.toString(ProcessHandle.current().pid());
			return new Numbers((number) -> broadcaster
				.publish(SseAudience.topic("topic" + number % TOPICS), SseEvent.of("n", name + ":" + number))
				.thenRun(() -> System.out.println(ACCEPTED + name + ":" + number)));
		}

		@GetMapping("/live")
		void live(SseStream stream, @RequestParam String topic) {
			stream.join(topic);
		}

	}

	/**
	 * The usual code without it: a list, and a loop.
	 */
	@RestController
	public static class Emitters {

		private final List<SseEmitter> emitters = new CopyOnWriteArrayList<>();

		@Bean
		Numbers numbers() {
			return new Numbers(this::sendToAll);
		}

		@GetMapping("/live")
		SseEmitter live() {
			SseEmitter emitter = new SseEmitter(0L);
			emitter.onCompletion(() -> this.emitters.remove(emitter));
			this.emitters.add(emitter);
			return emitter;
		}

		private void sendToAll(int number) {
			for (SseEmitter emitter : this.emitters) {
				try {
					emitter.send(SseEmitter.event().name("number").data(number));
				}
				catch (IOException | IllegalStateException ex) {
					this.emitters.remove(emitter);
				}
			}
		}

	}

}
