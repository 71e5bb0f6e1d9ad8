#include <vector>

#include "tools/cli/program.hh"
#include "tools/skirret-vp8/command.hh"

int main(int argc, char** argv) {
  using namespace skirret;
  cli::Program program(
      {"skirret-vp8",
       "The VP8 workbench: decode, encode, compare, inspect and rebase.",
       {{"skirret-vp8 decode clip.ivf --md5", "one line for each picture: its MD5 and index"},
        {"skirret-vp8 encode clip.y4m -o clip.ivf --kbps 800", "encode at about 800 kbit/s"},
        {"skirret-vp8 compare clip.y4m clip.ivf --json", "PSNR and SSIM, as JSON"},
        {"skirret-vp8 inspect clip.ivf", "what each frame's header says"}}});
  const std::vector<vp8::Command> commands = {vp8::decode_command(program), vp8::encode_command(program),
                                              vp8::compare_command(program), vp8::inspect_command(program),
                                              vp8::rebase_command(program)};
  return program.run(argc, argv, [&]() -> Result<cli::Outcome> {
    for (const vp8::Command& command : commands)
      if (command.app->parsed()) return command.run();
    return fail(ErrorCode::kInvalid, "no command given: see skirret-vp8 --help");
  });
}
