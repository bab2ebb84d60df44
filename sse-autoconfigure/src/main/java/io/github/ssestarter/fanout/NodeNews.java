package io.github.ssestarter.fanout;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.backplane.ClusterRegistry;
import io.github.ssestarter.backplane.Message;
import io.github.ssestarter.fanout.notice.FaultLog;
import io.github.ssestarter.fanout.notice.UserEvents;
import io.github.ssestarter.fanout.stream.Streams;

/**
 * Does what follows from what becomes known of the streams of all nodes.
 */
final class NodeNews implements ClusterRegistry.Listener {

	private static final Log logger = LogFactory.getLog(NodeNews.class);

	private final Backplane backplane;

	private final ClusterRegistry registry;

	private final Streams streams;

	private final ClusterClients clients;

	private final UserEvents users;

	private final FaultLog faults;

	NodeNews(Backplane backplane, ClusterRegistry registry, Streams streams, ClusterClients clients, UserEvents users,
			FaultLog faults) {
		this.backplane = backplane;
		this.registry = registry;
		this.streams = streams;
		this.clients = clients;
		this.users = users;
		this.faults = faults;
	}

	/**
	 * One node tells another, this one or not. Returns at once.
	 */
	void receive(Message.ForNode message) {
		if (message instanceof Message.Replace replace) {
			this.registry.receive(replace);
		}
		else if (message instanceof Message.Change change) {
			this.clients.receive(change);
		}
		else if (message instanceof Message.Changed changed) {
			this.clients.receive(changed);
		}
	}

	@Override
	public void online(String user) {
		this.users.changed(user, true);
	}

	@Override
	public void offline(String user) {
		this.users.changed(user, false);
	}

	@Override
	public void tell() {
		this.users.tell();
	}

	@Override
	public void replaces(String clientId, ClusterRegistry.Place older) {
		this.backplane.publish(new Message.Replace(older.node(), clientId, older.stream())).exceptionally((failure) -> {
			this.faults.error(logger,
					"A client has two streams, one of them on another node, which could not be" + " told", "", failure);
			return null;
		});
	}

	@Override
	public void replaced(SseAudience.Member stream) {
		this.streams.replacedElsewhere(stream);
	}

}
