"""The checks of the house catch what they claim to catch."""

import pathlib
import tempfile
import unittest

import arrows
import check_house
import length


def faults(path, *lines):
    return arrows.faults_of(path, "\n".join(lines) + "\n")


class Arrows(unittest.TestCase):
    def assert_caught(self, path, line, words):
        found = faults(path, "// first", line)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{path}:2: "), found[0])
        self.assertIn(words, found[0])

    def test_allowed_arrows_pass(self):
        self.assertEqual([], faults("codec/decoder/x.cc", '#include "codec/state/state.hh"', "#include <vector>"))
        self.assertEqual([], faults("transport/wire/x.cc", '#include "codec/base/bytes.hh"'))
        self.assertEqual([], faults("transport/udp/x.cc", "#include <uv.h>"))
        self.assertEqual([], faults("sender/x.cc", '#include "transport/session/session.hh"'))
        self.assertEqual([], faults("codec/media/x.cc", "#include <thread>", "#include <fstream>"))
        self.assertEqual([], faults("tools/a/x.cc", '#include "sender/sender.hh"', '#include "receiver/receiver.hh"'))

    def test_base_is_a_leaf(self):
        self.assert_caught("codec/base/x.hh", '#include "codec/picture/picture.hh"', "no arrow from codec/base")

    def test_transport_sees_of_the_codec_only_base(self):
        self.assert_caught("transport/session/x.cc", '#include "codec/state/state.hh"', "no arrow")
        self.assert_caught("transport/wire/x.hh", '#include "codec/picture/picture.hh"', "no arrow")

    def test_codec_does_not_know_transport(self):
        self.assert_caught("codec/encoder/x.cc", '#include "transport/wire/ack.hh"', "no arrow")

    def test_sender_and_receiver_do_not_know_each_other(self):
        self.assert_caught("sender/audio/x.cc", '#include "receiver/receiver.hh"', "no arrow from sender to receiver")
        self.assert_caught("receiver/x.cc", '#include "sender/sender.hh"', "no arrow from receiver to sender")

    def test_decoder_does_not_know_the_encoder(self):
        self.assert_caught("codec/decoder/x.cc", '#include "codec/encoder/encoder.hh"', "no arrow")

    def test_nothing_below_includes_tools_or_tests(self):
        self.assert_caught("sender/x.cc", '#include "tools/skirret-link/options.hh"', "no arrow")
        self.assert_caught("codec/state/x.cc", '#include "tests/support/random.hh"', "no arrow")

    def test_uv_stands_in_one_room(self):
        for path in ("transport/session/x.cc", "tools/skirret-link/main.cc", "sender/x.cc", "tests/transport/x.cc"):
            self.assert_caught(path, "#include <uv.h>", "<uv.h>")

    def test_pure_rooms_reach_nothing(self):
        for header in ("thread", "fstream", "sys/socket.h", "ctime", "netinet/in.h"):
            self.assert_caught("codec/encoder/x.cc", f"#include <{header}>", "reaches no files")
            self.assert_caught("transport/rate/x.cc", f"#include <{header}>", "reaches no files")

    def test_two_rooms_of_transport_read_files(self):
        self.assertEqual([], faults("transport/link/x.cc", "#include <fstream>", "f = fopen(path);"))
        self.assert_caught("transport/rate/x.cc", "#include <filesystem>", "reaches no files")
        self.assert_caught("codec/decoder/x.cc", "f = fopen(path);", "handed")

    def test_time_type_names_durations(self):
        self.assertEqual([], faults("codec/base/time.hh", "#include <chrono>"))
        self.assertEqual([], faults("transport/rate/x.hh", "#include <chrono>"))
        self.assert_caught("codec/state/x.hh", "#include <chrono>", "reaches no files")

    def test_pure_rooms_read_no_clock_and_start_no_thread(self):
        for line in (
            "auto t = std::chrono::steady_clock::now();",
            "std::thread worker(run);",
            'auto* name = getenv("HOME");',
            "std::random_device seed;",
        ):
            self.assert_caught("codec/encoder/x.cc", line, "handed all it knows")
            self.assert_caught("transport/session/x.cc", line, "handed all it knows")

    def test_kernels_may_be_picked_by_environment(self):
        self.assertEqual([], faults("codec/kernels/x.cc", 'auto* name = getenv("SKIRRET_KERNELS");'))
        self.assert_caught("codec/kernels/x.cc", "std::thread worker(run);", "handed all it knows")

    def test_comments_are_not_code(self):
        self.assertEqual([], faults("codec/state/x.cc", "// never steady_clock", "/* std::thread", "getenv */"))

    def test_no_source_includes_a_source(self):
        self.assert_caught("codec/state/x.cc", '#include "codec/state/y.cc"', "source file")

    def test_includes_are_written_from_the_root(self):
        self.assert_caught("codec/state/x.cc", '#include "state.hh"', "repository's root")

    def test_no_using_namespace_in_headers(self):
        self.assert_caught("codec/state/x.hh", "using namespace std;", "using namespace")
        self.assertEqual([], faults("codec/state/x.cc", "using namespace skirret;"))

    def test_a_folder_outside_the_house_is_told(self):
        self.assertIn("stands in no room", faults("misc/x.cc", "")[0])
        self.assertIn("stands in no room", faults("codec/misc/x.cc", "")[0])


class Length(unittest.TestCase):
    def test_limit(self):
        self.assertEqual([], length.faults_of("codec/a/x.cc", "\n" * 499))
        self.assertEqual(1, len(length.faults_of("codec/a/x.cc", "\n" * 500)))

    def test_tables_are_apart(self):
        self.assertEqual([], length.faults_of("codec/bitstream/tables/x.cc", "\n" * 5000))
        self.assertEqual([], length.faults_of("codec/syntax/default_tables.cc", "\n" * 5000))


class Tree(unittest.TestCase):
    def test_a_violation_in_a_tree_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "codec/base").mkdir(parents=True)
            (root / "codec/base/good.hh").write_text("#include <vector>\n")
            self.assertEqual((1, []), check_house.faults_in(root))
            (root / "codec/base/bad.hh").write_text('#include "sender/sender.hh"\n')
            count, found = check_house.faults_in(root)
            self.assertEqual(2, count)
            self.assertEqual(1, len(found))


if __name__ == "__main__":
    unittest.main()
