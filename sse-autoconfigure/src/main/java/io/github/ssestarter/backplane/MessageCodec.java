package io.github.ssestarter.backplane;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.SseAudience.Kind;
import io.github.ssestarter.SseCloseReason;

/**
 * Messages as bytes, for a backplane that has to carry them. Nodes of other versions read
 * them too: the first byte is the version of the form, the oldest that can tell what the
 * message has.
 *
 * @since 0.1.0
 */
public final class MessageCodec {

	private static final int VERSION = 1;

	/** Of an event that has a key, behind its own id. */
	private static final int VERSION_WITH_KEY = 2;

	private static final int EVENT = 'E';

	private static final int CLOSE = 'C';

	private static final int COMPLETION = 'T';

	private static final int REPLACE = 'R';

	private static final int CHANGE = 'J';

	private static final int CHANGED = 'A';

	private static final int NAMED = 'N';

	private static final int AND = 'A';

	private static final int EXCEPT = 'X';

	/**
	 * How often audiences may be narrowed; what is evaluated for each is nested as deep.
	 */
	private static final int MAX_DEPTH = 100;

	private MessageCodec() {
	}

	/**
	 * Writes a message.
	 * @param message the message
	 * @return its bytes
	 * @throws IllegalArgumentException if its audience is narrowed more than 99 times, or
	 * has a name of more than 65,535 bytes
	 */
	public static byte[] encode(Message message) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream output = new DataOutputStream(bytes)) {
			String key = (message instanceof Message.Event event) ? event.key() : null;
			output.writeByte((key != null) ? VERSION_WITH_KEY : VERSION);
			if (message instanceof Message.Event event) {
				output.writeByte(EVENT);
				output.write(event.audience().accept(new AudienceWriter()).bytes());
				write(event.ownId(), output);
				if (key != null) {
					output.writeUTF(key);
				}
				output.write(event.body());
			}
			else if (message instanceof Message.Close close) {
				output.writeByte(CLOSE);
				output.write(close.audience().accept(new AudienceWriter()).bytes());
				output.write(close.farewell());
			}
			else if (message instanceof Message.Completion completion) {
				output.writeByte(COMPLETION);
				output.write(completion.audience().accept(new AudienceWriter()).bytes());
				output.writeBoolean(completion.isFailed());
			}
			else if (message instanceof Message.Replace replace) {
				output.writeByte(REPLACE);
				output.writeUTF(replace.node());
				output.writeUTF(replace.clientId());
				output.writeLong(replace.stream());
			}
			else if (message instanceof Message.Change change) {
				output.writeByte(CHANGE);
				output.writeUTF(change.node());
				write(change.question(), output);
				output.writeUTF(change.clientId());
				output.writeBoolean(change.isJoin());
				output.writeInt(change.topics().size());
				for (String topic : change.topics()) {
					output.writeUTF(topic);
				}
			}
			else if (message instanceof Message.Changed changed) {
				output.writeByte(CHANGED);
				write(changed.question(), output);
				output.writeUTF(changed.outcome().name());
				write((changed.reason() != null) ? changed.reason().name() : null, output);
				output.writeUTF(changed.text());
			}
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("The message has a text that is too long: " + ex.getMessage(), ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Reads a message.
	 * @param bytes what {@link #encode} made of it
	 * @return the message
	 * @throws IllegalArgumentException if the bytes are none
	 */
	public static Message decode(byte[] bytes) {
		try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(bytes))) {
			int version = input.readByte();
			if (version != VERSION && version != VERSION_WITH_KEY) {
				throw new IllegalArgumentException("A message of the version " + version
						+ ", of which this version of the SSE starter knows nothing: it reads " + VERSION + " and "
						+ VERSION_WITH_KEY);
			}
			int kind = input.readByte();
			return switch (kind) {
				case EVENT -> {
					SseAudience audience = audience(input, MAX_DEPTH);
					String ownId = text(input);
					String key = (version == VERSION_WITH_KEY) ? input.readUTF() : null;
					yield new Message.Event(audience, input.readAllBytes(), ownId, key);
				}
				case CLOSE -> new Message.Close(audience(input, MAX_DEPTH), input.readAllBytes());
				case COMPLETION -> completion(input);
				case REPLACE -> new Message.Replace(input.readUTF(), input.readUTF(), input.readLong());
				case CHANGE -> new Message.Change(input.readUTF(), question(input), input.readUTF(),
						input.readBoolean(), names(input));
				case CHANGED -> changed(input);
				default -> throw new IllegalArgumentException("A message of the kind " + kind);
			};
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("A message that ends too early, or is none", ex);
		}
	}

	private static Message.Completion completion(DataInputStream input) throws IOException {
		SseAudience audience = audience(input, MAX_DEPTH);
		SseAudience.Key topic = audience.keys().iterator().next();
		if (topic.kind() != Kind.TOPIC || !audience.equals(SseAudience.topic(topic.name()))) {
			throw new IllegalArgumentException("A message that completes " + audience + ", which is no topic");
		}
		return new Message.Completion(audience, input.readBoolean());
	}

	private static void write(@Nullable String text, DataOutputStream output) throws IOException {
		output.writeBoolean(text != null);
		if (text != null) {
			output.writeUTF(text);
		}
	}

	private static @Nullable String text(DataInputStream input) throws IOException {
		return (input.readBoolean()) ? input.readUTF() : null;
	}

	private static List<String> names(DataInputStream input) throws IOException {
		int count = input.readInt();
		List<String> names = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			names.add(input.readUTF());
		}
		return names;
	}

	private static void write(Message.Question question, DataOutputStream output) throws IOException {
		output.writeUTF(question.asker());
		output.writeLong(question.number());
	}

	private static Message.Question question(DataInputStream input) throws IOException {
		return new Message.Question(input.readUTF(), input.readLong());
	}

	private static Message.Changed changed(DataInputStream input) throws IOException {
		Message.Question question = question(input);
		Message.Changed.Outcome outcome = Message.Changed.Outcome.valueOf(input.readUTF());
		String reason = text(input);
		return new Message.Changed(question, outcome, (reason != null) ? SseCloseReason.valueOf(reason) : null,
				input.readUTF());
	}

	private static SseAudience audience(DataInputStream input, int depth) throws IOException {
		if (depth == 0) {
			throw new IllegalArgumentException("A message whose audience is narrowed too often");
		}
		int form = input.readByte();
		return switch (form) {
			case NAMED -> named(input);
			case AND -> audience(input, depth - 1).and(audience(input, depth - 1));
			case EXCEPT -> audience(input, depth - 1).except(audience(input, depth - 1));
			default -> throw new IllegalArgumentException("A message with an audience of the form " + form);
		};
	}

	private static SseAudience named(DataInputStream input) throws IOException {
		int kind = input.readByte();
		List<String> names = names(input);
		return switch (kind) {
			case 'E' -> SseAudience.everyone();
			case 'T' -> SseAudience.topic(names);
			case 'U' -> SseAudience.user(names);
			case 'C' -> SseAudience.client(names);
			default -> throw new IllegalArgumentException("A message to names of the kind " + kind);
		};
	}

	/**
	 * An audience as bytes.
	 *
	 * @param bytes the bytes
	 * @param depth how often it is narrowed
	 */
	private record Written(byte[] bytes, int depth) {

		static Written of(int form, Written left, Written right) {
			int depth = Math.max(left.depth, right.depth) + 1;
			if (depth > MAX_DEPTH) {
				throw new IllegalArgumentException(
						"The audience is narrowed more than " + (MAX_DEPTH - 1) + " times: name many at once instead");
			}
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			bytes.write(form);
			bytes.writeBytes(left.bytes);
			bytes.writeBytes(right.bytes);
			return new Written(bytes.toByteArray(), depth);
		}

	}

	private static final class AudienceWriter implements SseAudience.Visitor<Written> {

		@Override
		public Written named(Kind kind, Set<String> names) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			try (DataOutputStream output = new DataOutputStream(bytes)) {
				output.writeByte(NAMED);
				output.writeByte(kind.name().charAt(0));
				output.writeInt(names.size());
				for (String name : names) {
					output.writeUTF(name);
				}
			}
			catch (IOException ex) {
				throw new IllegalArgumentException("The audience has a name that is too long: " + ex.getMessage(), ex);
			}
			return new Written(bytes.toByteArray(), 1);
		}

		@Override
		public Written and(Written left, Written right) {
			return Written.of(AND, left, right);
		}

		@Override
		public Written except(Written base, Written other) {
			return Written.of(EXCEPT, base, other);
		}

	}

}
