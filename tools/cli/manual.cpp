#include "cli/manual.h"

#include "cli/commands.h"

namespace holdfast::cli {
namespace {

// As text that troff takes for nothing else: `\` and `-` have meanings of their own, and so has `.` or `'`
// where a line begins.
std::string escaped(std::string_view text) {
  std::string safe;
  if (text.starts_with('.') || text.starts_with('\'')) safe = "\\&";
  for (const char c : text) {
    if (c == '\\')
      safe += "\\e";
    else
      safe += c == '-' ? std::string("\\-") : std::string(1, c);
  }
  return safe;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

// `--line` SKU=N, as it stands in a synopsis or at the head of its description.
std::string form_of(const Parameter& parameter) {
  if (parameter.positional()) return italic(parameter.name);
  std::string form;
  for (std::string_view names = parameter.name; !names.empty();) {
    const auto comma = std::min(names.find(','), names.size());
    form += (form.empty() ? "" : ", ") + bold(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return parameter.shown.empty() ? form : form + " " + italic(parameter.shown);
}

std::string synopsis_of(const Command& command) {
  std::string line = bold("holdfast " + std::string(command.path));
  for (const Parameter& parameter : command.parameters) {
    const bool can_be_left_out = parameter.count == Count::optional || parameter.count == Count::any;
    const bool can_be_repeated = parameter.count == Count::any || parameter.count == Count::some;
    const std::string form = form_of(parameter) + (can_be_repeated ? " ..." : "");
    line += can_be_left_out ? " [" + form + "]" : " " + form;
  }
  return line;
}

std::string described(std::span<const Parameter> parameters) {
  std::string text;
  for (const Parameter& parameter : parameters)
    text += ".TP\n" + form_of(parameter) + "\n" + escaped(parameter.help) + ".\n";
  return text;
}

std::string section_of(const Command& command) {
  std::string text = ".SS " + escaped(command.path) + "\n" + synopsis_of(command) + "\n.PP\n" +
                     escaped(command.summary) + ".\n" + described(command.parameters);
  text += ".PP\n.nf\n";
  for (const auto example : command.examples) text += escaped(example) + "\n";
  return text + ".fi\n";
}

constexpr std::string_view page_head =
    ".SH NAME\n"
    "holdfast \\- stock that is sold in many regions at once and never sold twice: the command line\n"
    ".SH SYNOPSIS\n"
    "\\fBholdfast\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n"
    ".SH DESCRIPTION\n"
    "Calls the daemon of one region, \\fBholdfastd\\fR(8), over HTTP, and shows its answer. Data goes to standard\n"
    "output, talk to standard error, colour only to a terminal.\n"
    ".SH OPTIONS\n"
    "Every command takes these.\n";

constexpr std::string_view page_tail =
    ".SH EXIT STATUS\n"
    ".TP\n0\nDone.\n.TP\n1\nFailed.\n.TP\n2\nUsage, or the request was wrong.\n.TP\n3\nNot found.\n"
    ".TP\n4\nToo little stock.\n.TP\n5\nUnavailable.\n.TP\n6\nDegraded, or mismatches.\n"
    ".TP\n8\nTimed out: it may have happened; repeat it with the same id or \\fB\\-\\-key\\fR.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n\\fBHOLDFAST_ENDPOINT\\fR\nThe daemon to call where no \\fB\\-\\-endpoint\\fR is given.\n"
    ".TP\n\\fBNO_COLOR\\fR\nNo colour, if it is set.\n"
    ".SH SEE ALSO\n"
    "\\fBholdfastd\\fR(8)\n";

}  // namespace

std::string manual_page() {
  std::string page = ".TH HOLDFAST 1 \"\" \"Holdfast " HOLDFAST_VERSION "\"\n" + std::string(page_head) +
                     described(global_parameters()) + ".SH COMMANDS\n";
  for (const Command& command : commands()) page += section_of(command);
  return page + std::string(page_tail);
}

}  // namespace holdfast::cli
