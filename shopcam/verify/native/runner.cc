// Loads a model exactly as the iOS app does, in a TensorFlow 1.x runtime, and
// answers images. One JSON object on stdout; an error is one line on stderr
// and exit status 1.
//
//   runner --package|--graph MODEL INPUT OUTPUT COUNT H W C IMAGES ANSWERS
//   runner --ops FILE        the registered ops, as a serialised OpList
//   runner --kernels FILE    the registered kernels: op, tab, constraint
//
// IMAGES holds COUNT*H*W*C float32; ANSWERS gets COUNT times the classes.

#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "tensorflow/core/framework/graph.pb.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_def.pb.h"
#include "tensorflow/core/framework/tensor.h"
#include "tensorflow/core/platform/env.h"
#include "tensorflow/core/public/session.h"
#include "tensorflow/core/public/version.h"
#include "tensorflow/core/util/memmapped_file_system.h"

namespace tensorflow {
// Its own header brings in half of Eigen, and 10 s of compilation.
string KernelsRegisteredForOp(StringPiece op_name);
}  // namespace tensorflow

namespace {

using tensorflow::Status;
using tensorflow::Tensor;

[[noreturn]] void Fail(const std::string& message) {
  std::cerr << message << std::endl;
  std::exit(1);
}

void Check(const Status& status) {
  if (!status.ok()) Fail(status.ToString());
}

double Seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

// The sum of a field of a file under /proc/self, in bytes. Not getrusage: its
// peak includes what the parent held before this program was started.
long long ProcBytes(const char* path, const std::string& field) {
  std::ifstream file(path);
  long long kilobytes = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, field.size(), field) == 0) {
      kilobytes += std::atoll(line.c_str() + field.size());
    }
  }
  return kilobytes * 1024;
}

// Memory of the process's own, which iOS calls dirty. Not Private_Dirty: that
// counts a mapped model too until the kernel has written it to the disk. What
// was freed but glibc keeps for later is given back first.
long long DirtyBytes() {
  malloc_trim(0);
  return ProcBytes("/proc/self/smaps", "Anonymous:");
}

// A file appears under its name only when it is complete.
void Publish(const std::string& partial, const std::string& path, bool whole) {
  if (!whole || std::rename(partial.c_str(), path.c_str()) != 0) {
    std::remove(partial.c_str());
    Fail("cannot write " + path);
  }
}

void WriteWhole(const std::string& path, const void* data, size_t size) {
  std::ofstream file(path + ".partial", std::ios::binary);
  file.write(static_cast<const char*>(data), size);
  file.close();
  Publish(path + ".partial", path, file.good());
}

// The app runs the graph as it stands: its optimiser would copy the mapped
// weights to the heap, and Grappler is not in a mobile runtime at all.
tensorflow::SessionOptions Options() {
  tensorflow::SessionOptions options;
  auto* graph_options = options.config.mutable_graph_options();
  graph_options->mutable_optimizer_options()->set_opt_level(
      tensorflow::OptimizerOptions::L0);
#if TF_MINOR_VERSION >= 13
  graph_options->mutable_rewrite_options()->set_disable_meta_optimizer(true);
#elif TF_MINOR_VERSION >= 8
  using tensorflow::RewriterConfig;
  auto* rewriter = graph_options->mutable_rewrite_options();
  rewriter->set_disable_model_pruning(true);
  rewriter->set_layout_optimizer(RewriterConfig::OFF);
  rewriter->set_constant_folding(RewriterConfig::OFF);
  rewriter->set_arithmetic_optimization(RewriterConfig::OFF);
  rewriter->set_dependency_optimization(RewriterConfig::OFF);
  rewriter->set_loop_optimization(RewriterConfig::OFF);
  rewriter->set_function_optimization(RewriterConfig::OFF);
  rewriter->set_memory_optimization(RewriterConfig::NO_MEM_OPT);
#endif
  return options;
}

struct Model {
  // The session keeps a bare pointer to it: declared first, destroyed last.
  std::unique_ptr<tensorflow::MemmappedEnv> env;
  std::unique_ptr<tensorflow::Session> session;
  int nodes = 0;
};

void Load(const std::string& path, bool package, Model* model) {
  tensorflow::SessionOptions options = Options();
  tensorflow::Env* env = tensorflow::Env::Default();
  std::string graph_path = path;
  if (package) {
    model->env.reset(new tensorflow::MemmappedEnv(env));
    Check(model->env->InitializeFromFile(path));
    env = options.env = model->env.get();
    graph_path =
        tensorflow::MemmappedFileSystem::kMemmappedPackageDefaultGraphDef;
  }
  tensorflow::GraphDef graph;
  Check(tensorflow::ReadBinaryProto(env, graph_path, &graph));
  model->nodes = graph.node_size();
  // A reader from 1.14 on finds an empty graph, and no error, in a package
  // whose directory has no lengths.
  if (model->nodes == 0) Fail("the graph in the package holds no nodes");
  tensorflow::Session* session = nullptr;
  Check(tensorflow::NewSession(options, &session));
  model->session.reset(session);
  Check(session->Create(graph));
}

std::vector<float> Answer(const Model& model, const std::string& input,
                          const std::string& output, const Tensor& image) {
  std::vector<Tensor> fetched;
  Check(model.session->Run({{input, image}}, {output}, {}, &fetched));
  if (fetched[0].dtype() != tensorflow::DT_FLOAT) {
    Fail(output + " is " + tensorflow::DataTypeString(fetched[0].dtype()) +
         ", not float");
  }
  const auto values = fetched[0].flat<float>();
  return std::vector<float>(values.data(), values.data() + values.size());
}

std::vector<float> ReadImage(std::ifstream* file, size_t values) {
  std::vector<float> image(values);
  file->read(reinterpret_cast<char*>(image.data()), values * sizeof(float));
  if (!*file) Fail("the file of images ends too early");
  return image;
}

int Run(const std::vector<std::string>& arguments) {
  const bool package = arguments[0] == "--package";
  const std::string input = arguments[2], output = arguments[3];
  const int count = std::stoi(arguments[4]);
  const tensorflow::TensorShape shape({1, std::stoi(arguments[5]),
                                       std::stoi(arguments[6]),
                                       std::stoi(arguments[7])});
  const long long dirty_before = DirtyBytes();
  const double start = Seconds();
  Model model;
  Load(arguments[1], package, &model);
  const double loaded = Seconds();
  const long long dirty_loaded = DirtyBytes();

  std::ifstream file(arguments[8], std::ios::binary);
  Tensor image(tensorflow::DT_FLOAT, shape);
  std::vector<float> answers;
  double seconds_run = 0;
  for (int index = 0; index < count; ++index) {
    const auto values = ReadImage(&file, shape.num_elements());
    std::copy(values.begin(), values.end(), image.flat<float>().data());
    const double before = Seconds();
    const auto answer = Answer(model, input, output, image);
    seconds_run += Seconds() - before;
    answers.insert(answers.end(), answer.begin(), answer.end());
  }
  WriteWhole(arguments[9], answers.data(), answers.size() * sizeof(float));
  std::printf(
      "{\"version\": \"%s\", \"nodes\": %d, \"seconds_load\": %.6f, "
      "\"seconds_run\": %.6f, \"dirty_before\": %lld, \"dirty_loaded\": %lld, "
      "\"dirty_run\": %lld, \"peak\": %lld}\n",
      TF_VERSION_STRING, model.nodes, loaded - start, seconds_run, dirty_before,
      dirty_loaded, DirtyBytes(), ProcBytes("/proc/self/status", "VmHWM:"));
  return 0;
}

tensorflow::OpList RegisteredOps() {
  tensorflow::OpList ops;
  tensorflow::OpRegistry::Global()->Export(false, &ops);
  return ops;
}

int WriteOps(const std::string& path) {
  // Not SerializeToString: 1.1 does not export protobuf's own functions.
  const std::string partial = path + ".partial";
  const auto status = tensorflow::WriteBinaryProto(tensorflow::Env::Default(),
                                                   partial, RegisteredOps());
  Publish(partial, path, status.ok());
  return 0;
}

int WriteKernels(const std::string& path) {
  const tensorflow::OpList ops = RegisteredOps();
  std::ostringstream written;
  for (const auto& op : ops.op()) {
    std::istringstream lines(tensorflow::KernelsRegisteredForOp(op.name()));
    for (std::string line; std::getline(lines >> std::ws, line);) {
      written << op.name() << '\t' << line << '\n';
    }
  }
  WriteWhole(path, written.str().data(), written.str().size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string mode = argc > 1 ? arguments[0] : "";
  if (mode == "--ops" && argc == 3) return WriteOps(arguments[1]);
  if (mode == "--kernels" && argc == 3) return WriteKernels(arguments[1]);
  if ((mode == "--package" || mode == "--graph") && argc == 11) {
    return Run(arguments);
  }
  Fail(
      "usage: runner --package|--graph MODEL INPUT OUTPUT COUNT H W C IMAGES "
      "ANSWERS, or --ops FILE, or --kernels FILE");
}
