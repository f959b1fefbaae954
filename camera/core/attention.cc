#include "core/attention.h"

namespace shopcam {

constexpr double Attention::kStands;
constexpr double Attention::kBetween;

namespace {

// A name for itself, empty for nothing.
std::vector<std::string> Named(const std::string& name,
                               std::vector<std::string> path) {
  path.push_back(name);
  return path;
}

}  // namespace

bool Attention::Standing::For(const std::vector<std::string>& now_path,
                              double now) {
  if (path != now_path) {
    path = now_path;
    since = now;
  }
  return !path.empty() && now - since >= kStands;
}

void Attention::Add(const Answer& answer, double now) {
  const std::vector<std::string> nothing;
  const std::vector<std::string> offered = offer_.path;
  const bool stands = offer_.For(
      answer.has_offer ? Named(answer.offer.name, answer.offer.path) : nothing,
      now);
  if (offer_.path != offered) kept_ = false;
  keeps_ = stands && !kept_;
  kept_ = kept_ || keeps_;

  const bool won =
      winner_.For(answer.shown.empty() ? nothing
                                       : Named(answer.shown.front().label.name,
                                               answer.shown.front().label.path),
                  now);
  says_ = won && winner_.path != said_ && now - said_at_ >= kBetween;
  if (!says_) return;
  said_ = winner_.path;
  said_at_ = now;
}

void Attention::Reset() {
  offer_ = Standing();
  winner_ = Standing();
  kept_ = keeps_ = says_ = false;
}

}  // namespace shopcam
