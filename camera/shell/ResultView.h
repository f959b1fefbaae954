#import <UIKit/UIKit.h>

#include "core/recognizer.h"

NS_ASSUME_NONNULL_BEGIN

// What was recognised, best first, and the button to the shop.
@interface ResultView : UIStackView

// Shown in place of an answer that holds nothing.
@property(nonatomic, copy) NSString* emptyText;
// Called with the offer whose button is tapped.
@property(nonatomic, copy, nullable) void (^openShop)(const shopcam::Offer& offer);

- (void)showAnswer:(const shopcam::Answer&)answer;

@end

NS_ASSUME_NONNULL_END
