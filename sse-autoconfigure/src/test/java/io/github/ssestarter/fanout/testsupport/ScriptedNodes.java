package io.github.ssestarter.fanout.testsupport;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

/**
 * Some nodes on one log, each of which reads on when it is told to.
 */
final class ScriptedNodes implements ModelCluster {

	private final ModelLog log = new ModelLog();

	private final Random random;

	private final Supplier<TestEngine> engines;

	private final ScriptedLog scripted;

	private final List<ModelNode> nodes = new ArrayList<>();

	/** A node that is cut off reads nothing. */
	private @Nullable ModelNode cutOff;

	ScriptedNodes(int count, Random random, Supplier<TestEngine> engines) {
		this.random = random;
		this.engines = engines;
		this.scripted = new ScriptedLog(random);
		this.log.begin(this.scripted.last());
		for (int i = 0; i < count; i++) {
			this.nodes.add(start());
		}
	}

	private ModelNode start() {
		TestEngine engine = this.engines.get();
		ModelNode node = new ModelNode(engine, this.log);
		engine.startOn(this.scripted.newBackplane(node));
		return node;
	}

	@Override
	public ModelLog log() {
		return this.log;
	}

	@Override
	public List<ModelNode> nodes() {
		return this.nodes;
	}

	@Override
	public void publish(Message.Event event) {
		this.log.add(published(event), event);
	}

	@Override
	public void close(SseAudience audience) {
		this.log.pass(published(new Message.Close(audience, new byte[0])));
	}

	private EventId published(Message message) {
		ModelNode node = this.nodes.get(this.random.nextInt(this.nodes.size()));
		return node.engine().backplane().publish(message).join();
	}

	@Override
	public void step() {
		int dice = this.random.nextInt(3_000);
		if (dice < 1_200) {
			ModelNode node = this.nodes.get(this.random.nextInt(this.nodes.size()));
			if (node != this.cutOff) {
				read(node, 1 + this.random.nextInt(4));
			}
		}
		else if (dice < 1_204) {
			this.scripted.trim(this.random.nextInt(30));
		}
		else if (dice < 1_206) {
			this.log.begin(this.scripted.beginAgain());
		}
		else if (dice < 1_212) {
			this.cutOff = this.nodes.get(this.random.nextInt(this.nodes.size()));
		}
		else if (dice < 1_230) {
			this.cutOff = null;
		}
		else if (dice < 1_260) {
			this.nodes.forEach((node) -> node.setPatient(this.random.nextInt(4) > 0));
		}
	}

	private static void read(ModelNode node, int count) {
		ScriptedLog.Reading backplane = (ScriptedLog.Reading) node.engine().backplane();
		for (int i = 0; i < count && backplane.read(); i++) {
			// It has read one more
		}
	}

	@Override
	public void catchUp() {
		this.nodes.forEach((node) -> read(node, Integer.MAX_VALUE));
	}

	@Override
	public void restart(ModelNode gone) {
		this.nodes.set(this.nodes.indexOf(gone), start());
		this.cutOff = null;
	}

}
