#import <Foundation/Foundation.h>

#include <string>
#include <vector>

#include "core/recognizer.h"

NS_ASSUME_NONNULL_BEGIN

NSString* PercentText(float confidence);

// The levels from the top; nothing for a label that stands alone.
NSString* PathText(const std::vector<std::string>& path);

// The same for VoiceOver, which would read ">" as "greater than".
NSString* SpokenPath(const std::vector<std::string>& path);

// What the button to the shop says.
NSString* OfferTitle(const shopcam::Offer& offer);

// A whole answer for VoiceOver, and its first line alone.
NSString* SpokenAnswer(const shopcam::Answer& answer);
NSString* SpokenWinner(const shopcam::Answer& answer);

NS_ASSUME_NONNULL_END
