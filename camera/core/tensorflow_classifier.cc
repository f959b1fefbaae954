// The only file of core/ that includes TensorFlow.

#include "core/tensorflow_classifier.h"

#include <algorithm>
#include <string>
#include <utility>

// The headers of 2017 are full of what today's compilers warn about.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#endif
#include "tensorflow/core/framework/graph.pb.h"
#include "tensorflow/core/framework/tensor.h"
#include "tensorflow/core/platform/env.h"
#include "tensorflow/core/public/session.h"
#include "tensorflow/core/util/memmapped_file_system.h"
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

namespace shopcam {
namespace {

namespace tf = tensorflow;

Status From(const std::string& attempt, const tf::Status& status) {
  if (status.ok()) return Status();
  return Status::Error(attempt + ": " + status.ToString());
}

class TensorFlowClassifier : public Classifier {
 public:
  explicit TensorFlowClassifier(const ModelSpec& model) : model_(model) {}

  Status Open() {
    tf::GraphDef graph;
    tf::SessionOptions options;
    // integrate has folded what can be folded and proven the graph at this
    // level; above it, constant folding copies mapped weights to the heap.
    options.config.mutable_graph_options()
        ->mutable_optimizer_options()
        ->set_opt_level(tf::OptimizerOptions::L0);
    const Status read = model_.memory_mapped ? ReadMapped(&graph, &options)
                                             : ReadFrozen(&graph);
    if (!read.ok()) return read;
    // Readers from 1.14 on answer OK with no nodes to a package of an older
    // writer, and the error would only come with the first frame.
    if (graph.node_size() == 0) {
      return Status::Error("The model holds no nodes: " + model_.file);
    }
    const Status nodes = CheckNodes(graph);
    if (!nodes.ok()) return nodes;
    tf::Session* session = nullptr;
    const Status made =
        From("TensorFlow has no session", tf::NewSession(options, &session));
    session_.reset(session);
    if (!made.ok()) return made;
    return From("The model does not load", session_->Create(graph));
  }

  Status Classify(const std::vector<float>& tensor,
                  std::vector<float>* scores) override {
    tf::Tensor output;
    const Status ran = RunImage(tensor, model_.output_node, &output);
    if (ran.ok()) Copy(output, scores);
    return ran;
  }

  Status Features(const std::vector<float>& tensor,
                  std::vector<float>* features) override {
    if (model_.feature_node.empty()) {
      return Status::Error("The model names no node to average views at.");
    }
    tf::Tensor output;
    const Status ran = RunImage(tensor, model_.feature_node, &output);
    if (!ran.ok()) return ran;
    feature_shape_ = output.shape();
    Copy(output, features);
    return Status();
  }

  Status ClassifyFeatures(const std::vector<float>& features,
                          std::vector<float>* scores) override {
    const tf::int64 size = static_cast<tf::int64>(features.size());
    if (features.empty() || size != feature_shape_.num_elements()) {
      return Status::Error("The features have not the size of the model's.");
    }
    tf::Tensor output;
    const Status ran = Run(model_.feature_node, features, feature_shape_,
                           model_.head_node, &output);
    if (ran.ok()) Copy(output, scores);
    return ran;
  }

 private:
  Status ReadFrozen(tf::GraphDef* graph) {
    return From("The model cannot be read",
                tf::ReadBinaryProto(tf::Env::Default(), model_.file, graph));
  }

  Status ReadMapped(tf::GraphDef* graph, tf::SessionOptions* options) {
    env_.reset(new tf::MemmappedEnv(tf::Env::Default()));
    const Status mapped = From("The model cannot be mapped",
                               env_->InitializeFromFile(model_.file));
    if (!mapped.ok()) return mapped;
    options->env = env_.get();
    return From(
        "The mapped model cannot be read",
        tf::ReadBinaryProto(
            env_.get(),
            tf::MemmappedFileSystem::kMemmappedPackageDefaultGraphDef, graph));
  }

  Status CheckNodes(const tf::GraphDef& graph) const {
    std::vector<std::string> nodes = {model_.input_node, model_.output_node};
    if (!model_.feature_node.empty()) {
      nodes.push_back(model_.feature_node);
      nodes.push_back(model_.head_node);
    }
    for (const std::string& wanted : nodes) {
      const bool found = std::any_of(
          graph.node().begin(), graph.node().end(),
          [&wanted](const tf::NodeDef& node) { return node.name() == wanted; });
      if (!found) return Status::Error("The model has no node " + wanted + ".");
    }
    return Status();
  }

  Status RunImage(const std::vector<float>& tensor, const std::string& fetched,
                  tf::Tensor* output) {
    const InputSpec& input = model_.input;
    if (tensor.size() != input.size()) {
      return Status::Error("The tensor has not the size of the model's input.");
    }
    return Run(model_.input_node, tensor,
               tf::TensorShape({1, input.height, input.width, input.channels}),
               fetched, output);
  }

  // Feeds `values`, as many as `shape` holds, and fetches one tensor of floats.
  Status Run(const std::string& fed, const std::vector<float>& values,
             const tf::TensorShape& shape, const std::string& fetched,
             tf::Tensor* output) {
    tf::Tensor given(tf::DT_FLOAT, shape);
    std::copy(values.begin(), values.end(), given.flat<float>().data());
    std::vector<tf::Tensor> outputs;
    const Status ran =
        From("The model does not run",
             session_->Run({{fed, given}}, {fetched}, {}, &outputs));
    if (!ran.ok()) return ran;
    if (outputs.size() != 1 || outputs[0].dtype() != tf::DT_FLOAT) {
      return Status::Error("The model's " + fetched +
                           " is not one tensor of floats.");
    }
    *output = outputs[0];
    return Status();
  }

  static void Copy(const tf::Tensor& tensor, std::vector<float>* values) {
    const auto flat = tensor.flat<float>();
    values->assign(flat.data(), flat.data() + flat.size());
  }

  const ModelSpec model_;
  // The session holds a bare pointer to the environment: declared before it,
  // destroyed after it.
  std::unique_ptr<tf::MemmappedEnv> env_;
  std::unique_ptr<tf::Session> session_;
  // Of the last view's feature map, which Features hands out flat.
  tf::TensorShape feature_shape_;
};

}  // namespace

Status OpenTensorFlowClassifier(const ModelSpec& model,
                                std::unique_ptr<Classifier>* classifier) {
  std::unique_ptr<TensorFlowClassifier> opened(new TensorFlowClassifier(model));
  const Status status = opened->Open();
  if (status.ok()) *classifier = std::move(opened);
  return status;
}

}  // namespace shopcam
