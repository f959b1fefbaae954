#import <UIKit/UIKit.h>

#import "shell/MessageView.h"
#import "shell/PreviewView.h"
#import "shell/ResultView.h"

NS_ASSUME_NONNULL_BEGIN

// The camera's picture with the result over it: below in portrait, beside it
// in landscape; or a message in place of both.
@interface LiveView : UIView

@property(nonatomic, readonly) PreviewView* preview;
@property(nonatomic, readonly) ResultView* result;
@property(nonatomic, readonly) MessageView* message;

- (instancetype)initWithUntrained:(BOOL)untrained NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithFrame:(CGRect)frame NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;

// A line above the result that says what to do next, with a button that gives
// it up; nil takes the line away.
- (void)showTask:(nullable NSString*)task cancel:(nullable void (^)(void))cancel;

@end

NS_ASSUME_NONNULL_END
