#include "core/files.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

// stdio, because a stream neither tells why it failed (a full disk, a missing
// permission) nor keeps from throwing when a folder is read as a file.

namespace shopcam {
namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

using Handle = std::unique_ptr<std::FILE, Closer>;

Status Problem(const std::string& name, const std::string& problem,
               const std::string& path, int reason) {
  const std::error_code code(reason, std::generic_category());
  return Status::Error(name + " cannot be " + problem + ": " + path + " (" +
                       code.message() + ")");
}

Status WriteWhole(const std::string& name, const std::string& path,
                  const std::string& content) {
  Handle file(std::fopen(path.c_str(), "wb"));
  if (!file) return Problem(name, "written", path, errno);
  const size_t written =
      std::fwrite(content.data(), 1, content.size(), file.get());
  if (written < content.size()) return Problem(name, "written", path, errno);
  // A full disk may show only now, when the buffer is emptied.
  if (std::fclose(file.release()) != 0) {
    return Problem(name, "written", path, errno);
  }
  return Status();
}

}  // namespace

bool IsMissing(const std::string& path) {
  const Handle file(std::fopen(path.c_str(), "rb"));
  return !file && errno == ENOENT;
}

Status ReadFile(const std::string& name, const std::string& path,
                std::string* content) {
  content->clear();
  const Handle file(std::fopen(path.c_str(), "rb"));
  if (!file) return Problem(name, "read", path, errno);
  char part[1 << 14];
  size_t size = 0;
  while ((size = std::fread(part, 1, sizeof(part), file.get())) > 0) {
    content->append(part, size);
    if (content->size() > kLargestFile) {
      return Status::Error(name + " is larger than 64 MB: " + path);
    }
  }
  if (std::ferror(file.get())) return Problem(name, "read", path, errno);
  return Status();
}

Status WriteFile(const std::string& name, const std::string& path,
                 const std::string& content) {
  const std::string beside = path + ".part";
  Status status = WriteWhole(name, beside, content);
  if (status.ok() && std::rename(beside.c_str(), path.c_str()) != 0) {
    status = Problem(name, "written", path, errno);
  }
  if (!status.ok()) std::remove(beside.c_str());
  return status;
}

}  // namespace shopcam
