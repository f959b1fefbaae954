// {{ display_name | c_comment }}: rendered by shopcam from the card of the model
// {{ card.name | c_comment }}. A change made here is lost with the next run: change the card
// and run `fab integrate` again.

#import "CameraExampleViewController.h"

#include <string>

static NSString* const model_file_name = @{{ model_file.stem | c_string }};
static NSString* const model_file_type = @{{ model_file.suffix[1:] | c_string }};

// True for a memory-mapped package, which only the memory-mapped loader reads;
// false for a frozen GraphDef.
static const bool model_uses_memory_mapping = {{ "true" if memory_mapped else "false" }};

// True when the weights are random, made to rehearse the way to the phone.
static const bool model_is_untrained = {{ "true" if untrained else "false" }};

// The model file's SHA-256, and the card's text, for a developer to read.
static const char model_sha256[] =
    {{ model_sha256 | c_string }};
static NSString* const card_file_name = @{{ card_file.stem | c_string }};
static NSString* const card_file_type = @{{ card_file.suffix[1:] | c_string }};

static NSString* const labels_file_name = @{{ labels_file.stem | c_string }};
static NSString* const labels_file_type = @{{ labels_file.suffix[1:] | c_string }};

// The shape, channels and normalisation that the network was trained with:
// (pixel - mean) / std, for pixels in [0, 255].
static const int wanted_input_width = {{ card.input.width }};
static const int wanted_input_height = {{ card.input.height }};
static const int wanted_input_channels = {{ card.input.channels }};
static const shopcam::ChannelOrder input_channel_order =
    shopcam::ChannelOrder::{{ "kBgr" if card.preprocessing.channels == "BGR" else "kRgb" }};
{% for colour in "rgb" %}
static const float input_{{ colour }}_mean = {{ mean[colour] | c_float }};
{% endfor %}
{% for colour in "rgb" %}
static const float input_{{ colour }}_std = {{ std[colour] | c_float }};
{% endfor %}

static const char input_layer_name[] = {{ card.input.node | c_string }};
static const char output_layer_name[] = {{ card.output.node | c_string }};

// Where several views of one product are averaged, and the layer that is asked
// then; empty for a model that takes one view.
static const char feature_layer_name[] =
    {{ feature_node | c_string }};
static const char head_layer_name[] = {{ head_node | c_string }};

// {query} becomes the name of the category, percent-encoded.
static const char shop_search_url[] =
    {{ shop_search_url | c_string }};
static const float shop_minimum_confidence = {{ card.app.minimum_confidence | c_float }};

shopcam::Settings CameraExampleSettings() {
  shopcam::Settings settings;
  settings.model.file = DataPath(model_file_name, model_file_type);
  settings.model.memory_mapped = model_uses_memory_mapping;
  settings.model.input_node = input_layer_name;
  settings.model.output_node = output_layer_name;
  settings.model.feature_node = feature_layer_name;
  settings.model.head_node = head_layer_name;
  shopcam::InputSpec& input = settings.model.input;
  input.width = wanted_input_width;
  input.height = wanted_input_height;
  input.channels = wanted_input_channels;
  input.order = input_channel_order;
{% for number in ["mean", "std"] %}
  input.{{ number }} = {% raw %}{{{% endraw %}
{%- for colour in card.preprocessing.channels | lower -%}
input_{{ colour }}_{{ number }}{{ ", " if not loop.last }}
{%- endfor -%}
{% raw %}}};{% endraw %}

{% endfor %}
  settings.labels_file = DataPath(labels_file_name, labels_file_type);
  settings.shop_search_url = shop_search_url;
  settings.minimum_confidence = shop_minimum_confidence;
  settings.untrained = model_is_untrained;
  settings.model_digest = model_sha256;
  settings.card_file = DataPath(card_file_name, card_file_type);
  return settings;
}

@implementation CameraExampleViewController

- (instancetype)init {
  return [super initWithSettings:CameraExampleSettings()];
}

@end
