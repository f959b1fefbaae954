#ifndef SHOPCAM_CORE_STATUS_H_
#define SHOPCAM_CORE_STATUS_H_

#include <string>
#include <utility>

namespace shopcam {

// Success, or what went wrong as one sentence for a person. Nothing in core/
// throws or aborts: an app that dies leaves its user without a reason.
class Status {
 public:
  Status() = default;

  static Status Error(std::string message) {
    Status status;
    status.ok_ = false;
    status.message_ = std::move(message);
    return status;
  }

  bool ok() const { return ok_; }
  const std::string& message() const { return message_; }

 private:
  bool ok_ = true;
  std::string message_;
};

}  // namespace shopcam

#endif  // SHOPCAM_CORE_STATUS_H_
