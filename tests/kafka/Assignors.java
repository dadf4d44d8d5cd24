import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;
import org.apache.kafka.coordinator.group.modern.Assignment;
import org.apache.kafka.coordinator.group.modern.GroupSpecImpl;
import org.apache.kafka.coordinator.group.modern.MemberSubscriptionAndAssignmentImpl;

/**
 * Kafka's own assignors, one case a line: `name|a,b|orders=4,users=2|a=orders:0 orders:1,b=users:0`
 * are the assignor, the members, the topics' partitions and who owns what; the answer is who owns
 * what afterwards. `range-server` and `uniform` are the group coordinator's; the sets of numbers that
 * the latter goes through are sorted here.
 */
public class Assignors {
    public static void main(String[] arguments) throws Exception {
        BufferedReader cases = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = cases.readLine(); line != null; line = cases.readLine()) {
            String[] said = line.split("\\|", -1);
            System.out.println(told(answer(said[0], members(said[1]), topics(said[2]), owned(said[3]))));
        }
    }

    static Map<String, Set<TopicPartition>> answer(String name, List<String> members,
            Map<String, Integer> topics, Map<String, List<TopicPartition>> owned) {
        return switch (name) {
            case "range" -> client(new RangeAssignor(), members, topics, owned);
            case "roundrobin" -> client(new RoundRobinAssignor(), members, topics, owned);
            case "cooperative-sticky" -> settled(members, topics, owned);
            case "uniform" -> server(new UniformAssignor(), members, topics, owned);
            case "range-server" -> server(
                new org.apache.kafka.coordinator.group.assignor.RangeAssignor(), members, topics, owned);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Cooperative rebalances follow one another until nothing is revoked. */
    static Map<String, Set<TopicPartition>> settled(List<String> members,
            Map<String, Integer> topics, Map<String, List<TopicPartition>> owned) {
        Map<String, List<TopicPartition>> before = owned;
        while (true) {
            Map<String, Set<TopicPartition>> after =
                client(new CooperativeStickyAssignor(), members, topics, before);
            long count = after.values().stream().mapToInt(Set::size).sum();
            if (count == topics.values().stream().mapToInt(Integer::intValue).sum()) return after;
            Map<String, List<TopicPartition>> next = new HashMap<>();
            after.forEach((member, partitions) -> next.put(member, new ArrayList<>(partitions)));
            before = next;
        }
    }

    static Map<String, Set<TopicPartition>> client(AbstractPartitionAssignor assignor,
            List<String> members, Map<String, Integer> topics, Map<String, List<TopicPartition>> owned) {
        Map<String, Subscription> subscriptions = new HashMap<>();
        for (String member : members) {
            List<TopicPartition> has = owned.getOrDefault(member, List.of());
            subscriptions.put(member, new Subscription(new ArrayList<>(topics.keySet()), null, has,
                has.isEmpty() ? -1 : 7, Optional.empty()));
        }
        Map<String, List<PartitionInfo>> partitions = new HashMap<>();
        topics.forEach((topic, count) -> {
            List<PartitionInfo> infos = new ArrayList<>();
            for (int i = 0; i < count; i++) infos.add(new PartitionInfo(topic, i, null, null, null));
            partitions.put(topic, infos);
        });
        Map<String, Set<TopicPartition>> after = new HashMap<>();
        assignor.assignPartitions(partitions, subscriptions)
            .forEach((member, has) -> after.put(member, new HashSet<>(has)));
        return after;
    }

    static Map<String, Set<TopicPartition>> server(ConsumerGroupPartitionAssignor assignor,
            List<String> members, Map<String, Integer> topics, Map<String, List<TopicPartition>> owned) {
        Map<Uuid, String> names = new LinkedHashMap<>();
        Map<String, Uuid> ids = new TreeMap<>();
        for (String topic : new TreeMap<>(topics).keySet()) {
            Uuid id = new Uuid(0, names.size() + 1);
            names.put(id, topic);
            ids.put(topic, id);
        }
        Map<String, MemberSubscriptionAndAssignmentImpl> specs = new HashMap<>();
        Map<Uuid, Map<Integer, String>> inverted = new HashMap<>();
        for (String member : members) {
            Map<Uuid, Set<Integer>> has = new HashMap<>();
            for (TopicPartition tp : owned.getOrDefault(member, List.of())) {
                has.computeIfAbsent(ids.get(tp.topic()), id -> new TreeSet<>()).add(tp.partition());
                inverted.computeIfAbsent(ids.get(tp.topic()), id -> new HashMap<>())
                    .put(tp.partition(), member);
            }
            specs.put(member, new MemberSubscriptionAndAssignmentImpl(Optional.empty(),
                Optional.empty(), names.keySet(), new Assignment(Collections.unmodifiableMap(has))));
        }
        SubscribedTopicDescriber describer = new SubscribedTopicDescriber() {
            public int numPartitions(Uuid id) { return topics.get(names.get(id)); }
            public Set<String> racksForPartition(Uuid id, int partition) { return Set.of(); }
        };
        Map<String, Set<TopicPartition>> after = new HashMap<>();
        assignor.assign(new GroupSpecImpl(specs, SubscriptionType.HOMOGENEOUS, inverted), describer)
            .members().forEach((member, assignment) -> {
                Set<TopicPartition> has = new HashSet<>();
                assignment.partitions().forEach((id, numbers) ->
                    numbers.forEach(number -> has.add(new TopicPartition(names.get(id), number))));
                after.put(member, has);
            });
        return after;
    }

    static List<String> members(String said) {
        return List.of(said.split(","));
    }

    static Map<String, Integer> topics(String said) {
        Map<String, Integer> topics = new TreeMap<>();
        for (String one : said.split(",")) topics.put(one.split("=")[0], Integer.valueOf(one.split("=")[1]));
        return topics;
    }

    static Map<String, List<TopicPartition>> owned(String said) {
        Map<String, List<TopicPartition>> owned = new HashMap<>();
        for (String one : said.isEmpty() ? new String[0] : said.split(",")) {
            List<TopicPartition> has = new ArrayList<>();
            for (String partition : one.split("=")[1].split(" "))
                has.add(new TopicPartition(partition.split(":")[0], Integer.parseInt(partition.split(":")[1])));
            owned.put(one.split("=")[0], has);
        }
        return owned;
    }

    static String told(Map<String, Set<TopicPartition>> owned) {
        List<String> members = new ArrayList<>();
        for (String member : new TreeSet<>(owned.keySet())) {
            List<String> has = new ArrayList<>();
            owned.get(member).stream().map(tp -> tp.topic() + ":" + tp.partition()).sorted().forEach(has::add);
            if (!has.isEmpty()) members.add(member + "=" + String.join(" ", has));
        }
        return String.join(",", members);
    }
}
