#import <UIKit/UIKit.h>

#import "shell/Message.h"

NS_ASSUME_NONNULL_BEGIN

// A message across the screen: a text that can be selected and copied, and a
// button where something can be done about it.
@interface MessageView : UIView

// Called when the button is tapped.
@property(nonatomic, copy, nullable) void (^applyRemedy)(MessageRemedy remedy);

// nil hides the view.
- (void)showMessage:(nullable Message*)message;

@end

NS_ASSUME_NONNULL_END
